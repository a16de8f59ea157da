@NullMarked
package io.flotilla.credential;

import org.jspecify.annotations.NullMarked;
