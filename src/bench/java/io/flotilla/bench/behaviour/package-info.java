/** What a fleet does at real sockets when its peers, its network or its consumers misbehave; measured, for {@code behaviour.md}. */
@org.jspecify.annotations.NullMarked
package io.flotilla.bench.behaviour;
