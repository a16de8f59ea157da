@NullMarked
package io.flotilla.telemetry;

import org.jspecify.annotations.NullMarked;
