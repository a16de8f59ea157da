@NullMarked
package io.flotilla.sink;

import org.jspecify.annotations.NullMarked;
