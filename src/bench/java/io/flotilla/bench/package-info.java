@NullMarked
package io.flotilla.bench;

import org.jspecify.annotations.NullMarked;
