/**
 * The second transport: sockets, TLS and frames by Pekko. Names, settings of TLS and the opening handshake are those of the first one,
 * and a tap between frames and socket sees what Pekko HTTP does not tell.
 */
@NullMarked
package io.flotilla.transport.pekkohttp;

import org.jspecify.annotations.NullMarked;
