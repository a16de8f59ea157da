@NullMarked
package io.flotilla.admin;

import org.jspecify.annotations.NullMarked;
