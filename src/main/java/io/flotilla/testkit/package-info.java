@NullMarked
package io.flotilla.testkit;

import org.jspecify.annotations.NullMarked;
