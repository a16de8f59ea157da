package io.flotilla.spec;

import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** The settings of the fleet as a whole, block by block as in {@code reference.conf}. */
public record FleetSettings(Limits limits, int handlerThreads, Duration drainDeadline, Network network) {

    public static final FleetSettings DEFAULT =
            new FleetSettings(Limits.DEFAULT, 64, Duration.ofSeconds(20), Network.DEFAULT);

    /**
     * What the fleet as a whole may do.
     *
     * @param dialsPerSecond dials begun by the fleet in any second; empty: no limit
     * @param dialsInFlight dials begun and not yet ended or open; empty: no limit
     * @param receiveMemory bytes read ahead of stalled consumers over the fleet; more than zero
     * @param hostDialsPerSecond the same as {@code dialsPerSecond}, for each host
     * @param hostConnections sockets to one host; empty: no limit
     */
    public record Limits(
            OptionalDouble dialsPerSecond,
            OptionalInt dialsInFlight,
            long receiveMemory,
            OptionalDouble hostDialsPerSecond,
            OptionalInt hostConnections) {
        public static final Limits DEFAULT = new Limits(
                OptionalDouble.of(200),
                OptionalInt.of(128),
                Runtime.getRuntime().maxMemory() / 4,
                OptionalDouble.of(50),
                OptionalInt.empty());
    }

    /**
     * The threads and libraries that move bytes.
     *
     * @param eventLoops threads that move bytes; zero: two for each core
     * @param nativeTransport epoll where it loads, NIO where it does not; false: NIO
     * @param openSsl OpenSSL where it loads, the JDK's TLS where it does not; false: the JDK's
     * @param nameServers {@code address:port} of the name servers to ask; empty: the system's
     * @param tlsContexts settings of TLS kept ready, at the most; 1 or more
     */
    public record Network(
            int eventLoops,
            boolean nativeTransport,
            boolean openSsl,
            java.util.List<String> nameServers,
            int tlsContexts) {
        private static final int TLS_CONTEXTS = 256;
        public static final Network DEFAULT = new Network(0, true, true, java.util.List.of());

        public Network {
            if (tlsContexts < 1) {
                throw new IllegalArgumentException("network.tls-contexts = " + tlsContexts + "; expected 1 or more");
            }
        }

        public Network(int eventLoops, boolean nativeTransport, boolean openSsl, java.util.List<String> nameServers) {
            this(eventLoops, nativeTransport, openSsl, nameServers, TLS_CONTEXTS);
        }
    }
}
