@NullMarked
package io.flotilla.app;

import org.jspecify.annotations.NullMarked;
