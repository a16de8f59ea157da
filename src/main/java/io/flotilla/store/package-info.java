@NullMarked
package io.flotilla.store;

import org.jspecify.annotations.NullMarked;
