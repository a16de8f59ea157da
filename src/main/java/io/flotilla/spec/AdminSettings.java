package io.flotilla.spec;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The HTTP API, as in {@code reference.conf}. A service serves it unless it is off; an embedder has none until it starts one.
 *
 * @param host where it listens: a name, or an address without brackets
 * @param port zero: any that is free
 * @param hosts names that a request may be addressed to, besides addresses, {@code localhost} and {@code host}
 * @param token what must be shown; empty: nothing, and then it listens on loopback alone
 * @param excerpt bytes of a message that are shown
 * @param requestLimit bytes of a request's body
 * @param connections sockets of clients, at the most
 * @param streams streams that are open at once, at the most
 * @param keepAlive silence of a stream after which a comment is sent
 * @param events events that a stream may come back for
 * @param readyShare the share of wanted connections that must be READY, more than 0 and at most 1
 */
public record AdminSettings(
        boolean enabled,
        String host,
        int port,
        List<String> hosts,
        Optional<Secret> token,
        Payloads payloads,
        int excerpt,
        int requestLimit,
        int connections,
        int streams,
        Duration keepAlive,
        int events,
        Login login,
        double readyShare) {

    public static final AdminSettings DEFAULT = new AdminSettings(
            true,
            "127.0.0.1",
            8480,
            List.of(),
            Optional.empty(),
            Payloads.ON_LOOPBACK,
            16 * 1024,
            256 * 1024,
            256,
            64,
            Duration.ofSeconds(15),
            10_000,
            Login.DEFAULT,
            0.8);

    /** Who may see payloads. */
    public enum Payloads {
        OFF,
        ON_LOOPBACK,
        ON
    }

    /**
     * Browsers, which show a token once.
     *
     * @param age after which it must be shown again
     * @param sessions logged in at once, at the most; one more ends the oldest
     * @param failuresPerMinute wrong tokens that one address may show
     */
    public record Login(Duration age, int sessions, int failuresPerMinute) {
        public static final Login DEFAULT = new Login(Duration.ofHours(12), 64, 10);
    }

    /** The same at another place. */
    public AdminSettings at(String otherHost, int otherPort) {
        return new AdminSettings(
                enabled,
                otherHost,
                otherPort,
                hosts,
                token,
                payloads,
                excerpt,
                requestLimit,
                connections,
                streams,
                keepAlive,
                events,
                login,
                readyShare);
    }

    /** The same, asking for this token; an empty one is none. */
    public AdminSettings asking(Secret other) {
        return new AdminSettings(
                enabled,
                host,
                port,
                hosts,
                Optional.of(other).filter(secret -> !secret.reveal().isBlank()),
                payloads,
                excerpt,
                requestLimit,
                connections,
                streams,
                keepAlive,
                events,
                login,
                readyShare);
    }

    /** The same, showing payloads to others. */
    public AdminSettings showing(Payloads other) {
        return new AdminSettings(
                enabled,
                host,
                port,
                hosts,
                token,
                other,
                excerpt,
                requestLimit,
                connections,
                streams,
                keepAlive,
                events,
                login,
                readyShare);
    }

    /** The same with other bounds of streams. */
    public AdminSettings streaming(int atMost, Duration comment, int history) {
        return new AdminSettings(
                enabled,
                host,
                port,
                hosts,
                token,
                payloads,
                excerpt,
                requestLimit,
                connections,
                atMost,
                comment,
                history,
                login,
                readyShare);
    }
}
