package io.flotilla.simulation;

import io.flotilla.failure.Evidence;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Failures;
import io.flotilla.spec.Endpoint;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Link;
import io.flotilla.transport.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Hosts, the way to them and the machine that dials them, as a script has them at the moment. A transport without a socket; belongs
 * to the thread of its simulation.
 */
public final class World implements Transport {

    /** From the start of a dial to its end, where nobody delays it: look-up, TCP, TLS and upgrade take some round trips. */
    static final Duration QUICKEST = Duration.ofMillis(20);

    private static final Duration SLOWEST = Duration.ofMillis(80);

    /** The address of the first host, 10.0.0.1; each host has its own. */
    private static final int FIRST_ADDRESS = 0x0A000001;

    private static final int POLICY_VIOLATION = 1008;

    private final VirtualTime time;
    private final RandomGenerator random;
    private final Consumer<Dial> begun;
    private final Map<Endpoint, Host> hosts = new LinkedHashMap<>();
    private final Vault vault;
    private Ground ground = Ground.FIRM;
    private Optional<Duration> meanLife = Optional.empty();

    /** @param begun hears of every dial when it begins */
    World(VirtualTime time, RandomGenerator random, Vault vault, Consumer<Dial> begun) {
        this.time = time;
        this.random = random;
        this.vault = vault;
        this.begun = begun;
    }

    // What a script may do.

    /** From now on these hosts are like this. Their open links notice it if they fall silent, and only then. */
    public void behave(Predicate<Endpoint> meant, Manner manner) {
        meant(meant).forEach(host -> {
            host.behave(manner);
            listen(host);
        });
    }

    /** Resets every link to these hosts. */
    public void kill(Predicate<Endpoint> meant) {
        meant(meant)
                .forEach(host -> host.end(
                        link -> true,
                        Failure.of(FailureKind.LOST, "the stream was reset (RST) without a close frame")));
    }

    /** One node of several behind these hosts closes its links with this code. */
    public void close(Predicate<Endpoint> meant, int node, int nodes, int code) {
        Failure failure = closedWith(code);
        meant(meant)
                .forEach(host ->
                        host.end(link -> Math.floorMod(link.id().toString().hashCode(), nodes) == node, failure));
    }

    /** From now on the machine is like this. */
    public void ground(Ground changed) {
        ground = changed;
        hosts.values().forEach(this::listen);
    }

    /** From now on a link that opens lives for so long on average, then it is lost; the times are those of chance (exponential). */
    public void wear(Duration mean) {
        meanLife = Optional.of(mean);
    }

    /** The credentials that hosts accept, and those that we have. */
    public Vault vault() {
        return vault;
    }

    /** Ends the links of those who present a credential that is not accepted any more. */
    public void expel(String credential) {
        hosts.values()
                .forEach(host -> host.end(
                        link -> link.dial().spec().credential().equals(Optional.of(credential)),
                        closedWith(POLICY_VIOLATION)));
    }

    private static Failure closedWith(int code) {
        return Failure.of(
                Failures.ofCodeOnTheWire(code),
                "the peer closed with " + code,
                new Evidence.Builder().closeReceived(code, "").build());
    }

    private List<Host> meant(Predicate<Endpoint> meant) {
        return hosts.values().stream().filter(host -> meant.test(host.endpoint)).toList();
    }

    private void listen(Host host) {
        host.open().forEach(isSilent(host) ? link -> link.fallsSilent(random) : ScriptedLink::isHeardAgain);
    }

    private boolean isSilent(Host host) {
        return ground == Ground.CUT_OFF
                || ground == Ground.SWALLOWED
                || host.manner().isSilent();
    }

    // What dials meet.

    /** Hosts are there from the start, so that a script may speak of them before anybody dials. */
    void settle(Endpoint endpoint) {
        hosts.computeIfAbsent(endpoint, there -> new Host(there, address(there, FIRST_ADDRESS + hosts.size())));
    }

    @Override
    public Link dial(Dial dial) {
        begun.accept(dial);
        Endpoint endpoint = dial.spec().endpoint();
        settle(endpoint);
        Host host = java.util.Objects.requireNonNull(hosts.get(endpoint));
        ScriptedLink link = new ScriptedLink(dial, host, time);
        switch (ground) {
            case FIRM -> reach(link, host);
            case CUT_OFF -> link.endsAfter(Duration.ZERO, Failure.of(FailureKind.UNREACHABLE, "no route to the host"));
            case SWALLOWED -> goesNowhere(link);
            case EXHAUSTED ->
                link.endsAfter(Duration.ZERO, Failure.of(FailureKind.LOCAL_RESOURCES, "too many open files"));
        }
        return link;
    }

    private void reach(ScriptedLink link, Host host) {
        Duration deadline = link.dial().spec().timeouts().dial();
        Duration trip = trip(deadline);
        Manner manner = host.manner();
        if (manner instanceof Manner.Refuses) {
            link.endsAfter(trip, Failure.of(FailureKind.CONNECTION_REFUSED, "the port refused"));
        } else if (manner instanceof Manner.Hangs) {
            link.endsAfter(
                    deadline, Failure.of(FailureKind.HANDSHAKE_TIMEOUT, "no answer to the upgrade within " + deadline));
        } else if (manner instanceof Manner.Swallows) {
            goesNowhere(link);
        } else if (manner instanceof Manner.Unroutable) {
            link.endsAfter(trip, Failure.of(FailureKind.UNREACHABLE, "no route to the host"));
        } else if (manner instanceof Manner.Says says) {
            link.endsAfter(trip, answered(says.status(), says.retryAfter()));
        } else if (manner instanceof Manner.Throttles throttle && !host.letsIn(throttle.perSecond(), time.nanos())) {
            link.endsAfter(trip, answered(429, Optional.of(throttle.retryAfter())));
        } else if (!vault.accepts(link.dial())) {
            link.endsAfter(trip, answered(401, Optional.empty()));
        } else {
            link.opensAfter(trip, () -> entered(link, host));
        }
    }

    private static void goesNowhere(ScriptedLink link) {
        Duration deadline = link.dial().spec().timeouts().dial();
        link.endsAfter(deadline, Failure.of(FailureKind.CONNECT_TIMEOUT, "no answer within " + deadline));
    }

    /** What becomes of a link that is open now. */
    private void entered(ScriptedLink link, Host host) {
        if (isSilent(host)) {
            link.fallsSilent(random);
        }
        if (host.manner() instanceof Manner.Drops drops) {
            link.endsAfter(drops.after(), Failure.of(FailureKind.LOST, "the stream ended (FIN) without a close frame"));
        } else if (meanLife.isPresent()) {
            double nanos =
                    -StrictMath.log(1 - random.nextDouble()) * meanLife.get().toNanos();
            link.endsAfter(
                    Duration.ofNanos((long) nanos),
                    Failure.of(FailureKind.LOST, "the stream was reset (RST) without a close frame"));
        }
    }

    private static Failure answered(int status, Optional<Duration> retryAfter) {
        Evidence evidence = new Evidence.Builder()
                .answer(
                        status,
                        retryAfter
                                .map(wait -> Map.of("Retry-After", Long.toString(wait.toSeconds())))
                                .orElse(Map.of()))
                .build();
        return Failure.of(Failures.ofStatus(status), "HTTP " + status, evidence).hinting(retryAfter);
    }

    private Duration trip(Duration deadline) {
        Duration drawn =
                QUICKEST.plusNanos(random.nextLong(SLOWEST.minus(QUICKEST).toNanos()));
        return drawn.compareTo(deadline) < 0 ? drawn : deadline;
    }

    private static InetSocketAddress address(Endpoint endpoint, int bits) {
        byte[] address = {(byte) (bits >> 24), (byte) (bits >> 16), (byte) (bits >> 8), (byte) bits};
        try {
            return new InetSocketAddress(InetAddress.getByAddress(endpoint.host(), address), endpoint.port());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("Four bytes are an address", e);
        }
    }

    @Override
    public void close() {
        // nothing is held: every link ends with its connection
    }
}
