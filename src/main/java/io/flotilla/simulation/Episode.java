package io.flotilla.simulation;

import io.flotilla.spec.Endpoint;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Something that happens to the world of a simulation, for a while.
 *
 * @param what in words, for the report; names no time
 * @param at when it begins, since the start
 * @param length for how long; zero for what is over at once
 * @param begin does it
 * @param end undoes it
 */
public record Episode(String what, Duration at, Duration length, Consumer<World> begin, Consumer<World> end) {

    /** Throws an {@link IllegalArgumentException} when a time is negative. */
    public Episode {
        if (at.isNegative() || length.isNegative()) {
            throw new IllegalArgumentException("An episode has no negative times, not " + at + " for " + length);
        }
    }

    /** Hosts whose process dies, so that their links are reset, and that refuse everybody until it is there again. */
    public static Episode dies(Predicate<Endpoint> hosts, String name, Duration at, Duration length) {
        return new Episode(
                name + " dies and refuses",
                at,
                length,
                world -> {
                    world.behave(hosts, new Manner.Refuses());
                    world.kill(hosts);
                },
                afterwards(hosts, length));
    }

    /** Hosts that are like this for a while; for good when that is zero. */
    public static Episode behaves(
            Predicate<Endpoint> hosts, String name, String words, Manner manner, Duration at, Duration length) {
        return new Episode(
                name + " " + words, at, length, world -> world.behave(hosts, manner), afterwards(hosts, length));
    }

    /** The same, after every link was reset. */
    public static Episode killedAndBehaves(
            Predicate<Endpoint> hosts, String name, String words, Manner manner, Duration at, Duration length) {
        return new Episode(
                name + " resets every link and " + words,
                at,
                length,
                world -> {
                    world.behave(hosts, manner);
                    world.kill(hosts);
                },
                afterwards(hosts, length));
    }

    /** Every link to these hosts is reset; they answer as before. */
    public static Episode killed(Predicate<Endpoint> hosts, String name, Duration at) {
        return new Episode(name + " resets every link", at, Duration.ZERO, world -> world.kill(hosts), Episode::leave);
    }

    /** The nodes behind these hosts close their links with 1012, one after the other. */
    public static Episode rollsOver(Predicate<Endpoint> hosts, String name, int node, int nodes, Duration at) {
        return new Episode(
                name + " restarts node " + (node + 1) + " of " + nodes + " (1012)",
                at,
                Duration.ZERO,
                world -> world.close(hosts, node, nodes, 1012),
                Episode::leave);
    }

    /** The machine has no way to anybody. */
    public static Episode cutOff(Duration at, Duration length) {
        return ground("the network is away", Ground.CUT_OFF, at, length);
    }

    /** What the machine sends goes nowhere, and nobody says so. */
    public static Episode swallowed(Duration at, Duration length) {
        return ground("the network swallows everything", Ground.SWALLOWED, at, length);
    }

    /** The machine has no descriptor left. */
    public static Episode exhausted(Duration at, Duration length) {
        return ground("no descriptor is left", Ground.EXHAUSTED, at, length);
    }

    /**
     * A credential is not accepted any more, and those who present it are closed with 1008.
     *
     * @param length until its provider has the next one; zero: it has it at once
     */
    public static Episode expires(String credential, Duration at, Duration length) {
        return new Episode(
                "the credential " + credential + " expires",
                at,
                length,
                world -> {
                    world.vault().expire(credential);
                    if (length.isZero()) {
                        world.vault().renew(credential);
                    }
                    world.expel(credential);
                },
                length.isZero() ? Episode::leave : world -> world.vault().renewAndTell(credential));
    }

    /** From the start on links are lost by chance, after so long on average. */
    public static Episode wear(Duration mean, String words) {
        return new Episode(words, Duration.ZERO, Duration.ZERO, world -> world.wear(mean), Episode::leave);
    }

    private static Episode ground(String what, Ground ground, Duration at, Duration length) {
        return new Episode(what, at, length, world -> world.ground(ground), world -> world.ground(Ground.FIRM));
    }

    private static Consumer<World> afterwards(Predicate<Endpoint> hosts, Duration length) {
        return length.isZero() ? Episode::leave : world -> world.behave(hosts, new Manner.Answers());
    }

    /** It stays as it is. */
    private static void leave(World world) {}
}
