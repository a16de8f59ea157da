@NullMarked
package io.flotilla;

import org.jspecify.annotations.NullMarked;
