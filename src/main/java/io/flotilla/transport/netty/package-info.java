@NullMarked
package io.flotilla.transport.netty;

import org.jspecify.annotations.NullMarked;
