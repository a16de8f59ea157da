/** What TLS is made of, as values: whom to trust, what to show, and what came of reading it. Bytes in, values out; no file is opened. */
@NullMarked
package io.flotilla.spec.tls;

import org.jspecify.annotations.NullMarked;
