package io.flotilla.spec;

import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** The settings of the fleet as a whole, block by block as in {@code reference.conf}. */
public record FleetSettings(Limits limits, int handlerThreads, Duration drainDeadline, Network network, Sight sight) {

    public static final FleetSettings DEFAULT =
            new FleetSettings(Limits.DEFAULT, 64, Duration.ofSeconds(20), Network.DEFAULT);

    /** What the fleet remembers for those who look at it is the default. */
    public FleetSettings(Limits limits, int handlerThreads, Duration drainDeadline, Network network) {
        this(limits, handlerThreads, drainDeadline, network, Sight.DEFAULT);
    }

    /** The same, remembering this for those who look at it. */
    public FleetSettings seen(Sight other) {
        return new FleetSettings(limits, handlerThreads, drainDeadline, network, other);
    }

    /**
     * What is remembered for those who look at the fleet.
     *
     * @param incidents endings over the fleet that are kept; 1 or more
     * @param recorderMemory bytes of recorded frames over the fleet
     */
    public record Sight(Metrics metrics, int incidents, long recorderMemory) {
        public static final Sight DEFAULT = new Sight(Metrics.DEFAULT, 10_000, 64L * 1024 * 1024);
    }

    /**
     * How metrics tell connections apart.
     *
     * @param tagBy keys of labels that become tags
     * @param maxSeries combinations of their values at the most; 1 or more
     */
    public record Metrics(java.util.List<String> tagBy, int maxSeries) {
        public static final Metrics DEFAULT = new Metrics(java.util.List.of(), 200);
    }

    /**
     * What the fleet as a whole may do.
     *
     * @param dialsPerSecond dials begun by the fleet in any second; empty: no limit
     * @param dialsInFlight dials begun and not yet ended or open; empty: no limit
     * @param receiveMemory bytes read ahead of stalled consumers over the fleet; more than zero
     * @param hostDialsPerSecond the same as {@code dialsPerSecond}, for each host
     * @param hostConnections sockets to one host; empty: no limit
     * @param credentialDialsPerSecond the same as {@code dialsPerSecond}, for each credential
     */
    public record Limits(
            OptionalDouble dialsPerSecond,
            OptionalInt dialsInFlight,
            long receiveMemory,
            OptionalDouble hostDialsPerSecond,
            OptionalInt hostConnections,
            OptionalDouble credentialDialsPerSecond,
            Breaker breaker,
            Pause pause) {
        public static final Limits DEFAULT = new Limits(
                OptionalDouble.of(200),
                OptionalInt.of(128),
                Runtime.getRuntime().maxMemory() / 4,
                OptionalDouble.of(50),
                OptionalInt.empty());

        /** Without a limit for each credential, and with the default breaker and pause. */
        public Limits(
                OptionalDouble dialsPerSecond,
                OptionalInt dialsInFlight,
                long receiveMemory,
                OptionalDouble hostDialsPerSecond,
                OptionalInt hostConnections) {
            this(
                    dialsPerSecond,
                    dialsInFlight,
                    receiveMemory,
                    hostDialsPerSecond,
                    hostConnections,
                    OptionalDouble.empty(),
                    Breaker.DEFAULT,
                    Pause.DEFAULT);
        }
    }

    /**
     * When an endpoint is left alone.
     *
     * @param failures different connections that fail to open there with none that opens in between; empty: never
     * @param first for how long at first
     * @param cap for how long at most
     */
    public record Breaker(OptionalInt failures, Duration first, Duration cap) {
        public static final Breaker DEFAULT =
                new Breaker(OptionalInt.of(10), Duration.ofSeconds(2), Duration.ofSeconds(30));
    }

    /**
     * How long nobody dials while the trouble is on our side.
     *
     * @param first for how long at first
     * @param cap for how long at most
     */
    public record Pause(Duration first, Duration cap) {
        public static final Pause DEFAULT = new Pause(Duration.ofSeconds(1), Duration.ofSeconds(30));
    }

    /**
     * The threads and libraries that move bytes.
     *
     * @param eventLoops threads that move bytes; zero: two for each core
     * @param nativeTransport epoll where it loads, NIO where it does not; false: NIO
     * @param openSsl OpenSSL where it loads, the JDK's TLS where it does not; false: the JDK's
     * @param nameServers {@code address:port} of the name servers to ask; empty: the system's
     * @param tlsContexts settings of TLS kept ready, at the most; 1 or more
     * @param destinations where sockets may lead; every transport asks before it dials, and again for every address that a name has
     */
    public record Network(
            int eventLoops,
            boolean nativeTransport,
            boolean openSsl,
            java.util.List<String> nameServers,
            int tlsContexts,
            Destinations destinations) {
        private static final int TLS_CONTEXTS = 256;
        public static final Network DEFAULT = new Network(0, true, true, java.util.List.of());

        public Network {
            if (tlsContexts < 1) {
                throw new IllegalArgumentException("network.tls-contexts = " + tlsContexts + "; expected 1 or more");
            }
        }

        public Network(int eventLoops, boolean nativeTransport, boolean openSsl, java.util.List<String> nameServers) {
            this(eventLoops, nativeTransport, openSsl, nameServers, TLS_CONTEXTS, Destinations.ANY);
        }

        /** The same, leading only there. */
        public Network within(Destinations allowed) {
            return new Network(eventLoops, nativeTransport, openSsl, nameServers, tlsContexts, allowed);
        }
    }
}
