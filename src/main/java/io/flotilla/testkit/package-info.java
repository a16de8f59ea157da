/**
 * Peers that do what they are told, for tests, demonstrations and benchmarks; ours and an embedder's. {@link
 * io.flotilla.testkit.Harbour} is where to begin.
 */
@NullMarked
package io.flotilla.testkit;

import org.jspecify.annotations.NullMarked;
