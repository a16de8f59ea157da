package io.flotilla.spec;

import io.flotilla.spec.tls.ClientKey;
import io.flotilla.spec.tls.Pin;
import io.flotilla.spec.tls.TlsVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/** The settings of a connection, block by block as in {@code reference.conf}; each {@code DEFAULT} is what stands there. */
public final class Settings {

    private static final Duration MOST = Duration.ofDays(200);
    static final int MOST_REDIRECTS = 20;

    /** Bytes of recorded frames of one connection, where {@code record = on}. */
    static final long RECORD = 64 * 1024;

    /** A recorder of less could not hold one frame. */
    public static final long RECORD_LEAST = 8 * 1024;

    private Settings() {}

    private static void atMostAYear(String key, Duration value) {
        if (value.isNegative() || value.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(key + " = " + value + "; expected 0 to 200 days");
        }
    }

    private static void positive(String key, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(key + " = " + value + "; expected more than 0");
        }
    }

    private static void atLeast(String key, Duration value, String leastKey, Duration least) {
        if (value.compareTo(least) < 0) {
            throw new IllegalArgumentException(key + " = " + value + "; expected at least " + leastKey + " = " + least);
        }
    }

    /**
     * Deadlines.
     *
     * @param dial from the name look-up to the end of the upgrade
     * @param ready from the upgrade to READY, where {@code ready-when} is set
     * @param close from our close frame to the end of the socket
     */
    public record Timeouts(Duration dial, Duration ready, Duration close) {
        public static final Timeouts DEFAULT =
                new Timeouts(Duration.ofSeconds(20), Duration.ofSeconds(15), Duration.ofSeconds(5));
    }

    /**
     * Where a peer may send a dial instead.
     *
     * @param max redirects that one dial follows, 0 to 20
     */
    public record Redirects(int max) {
        public static final Redirects DEFAULT = new Redirects(5);

        public Redirects {
            if (max < 0 || max > MOST_REDIRECTS) {
                throw new IllegalArgumentException("redirects.max = " + max + "; expected 0 to " + MOST_REDIRECTS);
            }
        }
    }

    /**
     * When to dial again.
     *
     * @param first upper end of the first wait after a settled session
     * @param maxAttempts failures in a row after which the connection is given up; empty: unlimited
     */
    public record Retry(
            Duration first,
            Duration base,
            double factor,
            Duration cap,
            Duration settleAfter,
            Duration hintCap,
            OptionalInt maxAttempts,
            SlowLane slowLane) {
        public static final Retry DEFAULT = new Retry(
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                2,
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Duration.ofHours(24),
                OptionalInt.empty(),
                SlowLane.DEFAULT);

        public Retry {
            atMostAYear("retry.first", first);
            atMostAYear("retry.cap", cap);
            atMostAYear("retry.settle-after", settleAfter);
            atMostAYear("retry.hint-cap", hintCap);
            positive("retry.base", base);
            atLeast("retry.cap", cap, "retry.base", base);
            if (!(factor >= 1)) {
                throw new IllegalArgumentException("retry.factor = " + factor + "; expected 1 or more");
            }
            if (maxAttempts.isPresent() && maxAttempts.getAsInt() < 1) {
                throw new IllegalArgumentException(
                        "retry.max-attempts = " + maxAttempts.getAsInt() + "; expected 1 or more, or unlimited");
            }
        }
    }

    /**
     * The pace of what hardly ever works.
     *
     * @param after the same transient failure so many times with no READY between goes at this pace
     * @param giveUp how long a bounded suspicion is tried
     */
    public record SlowLane(int after, Duration base, Duration cap, Duration giveUp) {
        public static final SlowLane DEFAULT =
                new SlowLane(10, Duration.ofSeconds(30), Duration.ofMinutes(15), Duration.ofHours(24));

        public SlowLane {
            atMostAYear("retry.slow-lane.cap", cap);
            positive("retry.slow-lane.base", base);
            atLeast("retry.slow-lane.cap", cap, "retry.slow-lane.base", base);
            positive("retry.slow-lane.give-up", giveUp);
            if (after < 1) {
                throw new IllegalArgumentException("retry.slow-lane.after = " + after + "; expected 1 or more");
            }
        }
    }

    /**
     * How a dead or silent peer is noticed.
     *
     * @param ping silence after which a ping is sent; empty: never
     * @param pongDeadline from a ping to the next inbound byte
     * @param heartbeat of the application; empty: none
     * @param silence of data; empty: it may last for ever
     */
    public record Liveness(
            Optional<Duration> ping, Duration pongDeadline, Optional<Heartbeat> heartbeat, Optional<Silence> silence) {
        public static final Liveness DEFAULT =
                new Liveness(Optional.of(Duration.ofSeconds(20)), Duration.ofSeconds(20));

        /** Pings alone. */
        public Liveness(Optional<Duration> ping, Duration pongDeadline) {
            this(ping, pongDeadline, Optional.empty(), Optional.empty());
        }

        /** The same with these heartbeats. */
        public Liveness with(Heartbeat heartbeats) {
            return new Liveness(ping, pongDeadline, Optional.of(heartbeats), silence);
        }

        /** The same with an end to silence. */
        public Liveness with(Silence watched) {
            return new Liveness(ping, pongDeadline, heartbeat, Optional.of(watched));
        }
    }

    /**
     * When a connection without data subscribes again, and after as long again is dialled again.
     *
     * @param except messages that are no data, besides acknowledgements of heartbeats
     */
    public record Silence(Duration after, List<MessagePattern> except) {
        public Silence {
            positive("liveness.silence", after);
            atMostAYear("liveness.silence", after);
            except = List.copyOf(except);
        }

        public Silence(Duration after) {
            this(after, List.of());
        }
    }

    /** What becomes of messages when there is no room for one more. */
    public enum Overflow {
        /** The new one is refused. */
        REFUSE,
        /** The oldest that still waits makes room for it, and is unsent. */
        DROP_OLDEST
    }

    /**
     * Bounds of what is sent, and its pace.
     *
     * @param outbox bytes accepted and not yet written, at the most
     * @param outboxMessages messages accepted and not yet written, at the most
     * @param timeout how long accepted bytes may wait without one being written
     * @param rate messages a second in the long run; empty: as fast as they go
     * @param burst messages that may leave at once after a pause; empty: those of a second, and one more than the reserve at least
     * @param controlReserve how much of the burst is kept free for control messages
     * @param keep how long a message may wait for its turn, also when there is no READY link; empty: taken in READY only
     */
    public record Send(
            long outbox,
            int outboxMessages,
            Overflow overflow,
            Duration timeout,
            OptionalDouble rate,
            OptionalInt burst,
            int controlReserve,
            Optional<Duration> keep) {

        /** So that bytes and messages fit into one number. */
        static final long MOST_BYTES = 1L << 40;

        static final int MOST_MESSAGES = 1_000_000;

        public static final Send DEFAULT = new Send(1024 * 1024, Duration.ofSeconds(10));

        public Send {
            if (outbox < 1 || outbox > MOST_BYTES) {
                throw new IllegalArgumentException(
                        "send.outbox = " + outbox + "; expected 1 to " + MOST_BYTES + " bytes");
            }
            if (outboxMessages < 1 || outboxMessages > MOST_MESSAGES) {
                throw new IllegalArgumentException(
                        "send.outbox-messages = " + outboxMessages + "; expected 1 to " + MOST_MESSAGES);
            }
            positive("send.timeout", timeout);
            keep.ifPresent(life -> positive("send.keep", life));
            keep.ifPresent(life -> atMostAYear("send.keep", life));
            if (rate.isPresent() && !(rate.getAsDouble() > 0 && rate.getAsDouble() <= MOST_MESSAGES)) {
                throw new IllegalArgumentException(
                        "send.rate = " + rate.getAsDouble() + "; expected more than 0 and at most " + MOST_MESSAGES);
            }
            if (controlReserve < 0 || controlReserve > MOST_MESSAGES) {
                throw new IllegalArgumentException(
                        "send.control-reserve = " + controlReserve + "; expected 0 to " + MOST_MESSAGES);
            }
            if (burst.isPresent() && (burst.getAsInt() <= controlReserve || burst.getAsInt() > MOST_MESSAGES)) {
                throw new IllegalArgumentException(
                        "send.burst = " + burst.getAsInt() + "; expected more than send.control-reserve = "
                                + controlReserve + ", or nothing else would leave");
            }
        }

        /** Taken in READY only, refused when full, and as fast as they go. */
        public Send(long outbox, Duration timeout) {
            this(
                    outbox,
                    10_000,
                    Overflow.REFUSE,
                    timeout,
                    OptionalDouble.empty(),
                    OptionalInt.empty(),
                    4,
                    Optional.empty());
        }

        /** The same with so many messages at the most. */
        public Send withMessages(int most) {
            return new Send(outbox, most, overflow, timeout, rate, burst, controlReserve, keep);
        }

        /** The same with this at the bound. */
        public Send with(Overflow policy) {
            return new Send(outbox, outboxMessages, policy, timeout, rate, burst, controlReserve, keep);
        }

        /** The same at this pace. */
        public Send withRate(double perSecond, int atOnce, int reserved) {
            return new Send(
                    outbox,
                    outboxMessages,
                    overflow,
                    timeout,
                    OptionalDouble.of(perSecond),
                    OptionalInt.of(atOnce),
                    reserved,
                    keep);
        }

        /** The same, keeping messages for so long. */
        public Send keeping(Duration life) {
            return new Send(outbox, outboxMessages, overflow, timeout, rate, burst, controlReserve, Optional.of(life));
        }

        /** How many may leave at once. */
        public int mostAtOnce() {
            return burst.orElse((int) Math.max(Math.ceil(rate.orElse(1)), controlReserve + 1.0));
        }

        /** Whether messages may have to wait with us before they are the socket's. */
        public boolean waits() {
            return overflow != Overflow.REFUSE || rate.isPresent() || keep.isPresent();
        }
    }

    /** Whether permessage-deflate (RFC 7692) is offered. */
    public enum Compression {
        OFF,
        /** The peer may keep its window between messages: it compresses better, and costs us a window for each connection. */
        ON,
        NO_CONTEXT_TAKEOVER
    }

    /** What becomes of messages when the consumer takes fewer than come. */
    public enum OnSlow {
        /** Reading stops, and TCP holds the peer back. */
        BACKPRESSURE,
        /** The oldest that wait are dropped; reading never stops. */
        DROP_OLDEST,
        /** Reading stops, and the connection ends when that lasts. */
        FAIL
    }

    /**
     * Bounds of what is received.
     *
     * @param maxMessage bytes of one message, after assembly
     * @param buffer bytes read ahead of a stalled consumer
     * @param inFlight messages handed to user code and not yet finished
     * @param onSlow what happens when the buffer is full
     * @param stall how long reading may have stopped before {@link OnSlow#FAIL} ends the connection
     */
    public record Receive(long maxMessage, long buffer, int inFlight, OnSlow onSlow, Duration stall) {
        public static final Receive DEFAULT = new Receive(4 * 1024 * 1024, 256 * 1024, 16);

        public Receive {
            positive("receive.stall", stall);
        }

        /** A slow consumer holds its peer back. */
        public Receive(long maxMessage, long buffer, int inFlight) {
            this(maxMessage, buffer, inFlight, OnSlow.BACKPRESSURE, Duration.ofSeconds(30));
        }

        /** The same with this when the buffer is full. */
        public Receive with(OnSlow policy) {
            return new Receive(maxMessage, buffer, inFlight, policy, stall);
        }

        /** The same, ending the connection of a consumer that stalls for so long. */
        public Receive failingAfter(Duration most) {
            return new Receive(maxMessage, buffer, inFlight, OnSlow.FAIL, most);
        }
    }

    /**
     * Subprotocols of the upgrade.
     *
     * @param offer in order of preference
     * @param required whether the peer must choose one
     */
    public record Subprotocols(List<String> offer, boolean required) {
        public static final Subprotocols NONE = new Subprotocols(List.of(), false);

        public Subprotocols {
            offer = List.copyOf(offer);
        }
    }

    /**
     * Whom to trust, and what to show.
     *
     * @param trust file of the authorities to trust: PEM, PKCS#12 or JKS; empty: those of the system
     * @param trustPassword of that file, where it is a key store that has one
     * @param key our own certificate, for peers that ask for one; empty: none
     * @param verifyHost whether the certificate must be for the host
     * @param pins keys of which one must be in the peer's chain; empty: any chain that is trusted will do
     * @param versions of TLS that may be spoken, at least one
     */
    public record Tls(
            Optional<Path> trust,
            Optional<Secret> trustPassword,
            Optional<ClientKey> key,
            boolean verifyHost,
            List<Pin> pins,
            Set<TlsVersion> versions) {
        public static final Tls DEFAULT = new Tls(Optional.empty(), true);

        public Tls {
            pins = pins.stream().distinct().toList();
            if (versions.isEmpty()) {
                throw new IllegalArgumentException("tls.versions is empty; expected at least one of 1.2 and 1.3");
            }
            versions = Collections.unmodifiableSet(EnumSet.copyOf(versions));
        }

        public Tls(Optional<Path> trust, boolean verifyHost) {
            this(trust, Optional.empty(), Optional.empty(), verifyHost, List.of(), EnumSet.allOf(TlsVersion.class));
        }

        /** The same, trusting the authorities in this file: PEM, or a key store without a password. */
        public Tls withTrust(Path file) {
            return new Tls(Optional.of(file), Optional.empty(), key, verifyHost, pins, versions);
        }

        /** The same, trusting the authorities in this key store. */
        public Tls withTrust(Path store, Secret password) {
            return new Tls(Optional.of(store), Optional.of(password), key, verifyHost, pins, versions);
        }

        /** The same, showing this certificate to peers that ask for one. */
        public Tls withKey(ClientKey shown) {
            return new Tls(trust, trustPassword, Optional.of(shown), verifyHost, pins, versions);
        }

        /** The same, showing no certificate. */
        public Tls withoutKey() {
            return new Tls(trust, trustPassword, Optional.empty(), verifyHost, pins, versions);
        }

        /** The same, for peers with one of these keys in their chain: {@code sha256/BASE64}. */
        public Tls withPins(String... texts) {
            return new Tls(
                    trust,
                    trustPassword,
                    key,
                    verifyHost,
                    Stream.of(texts).map(Pin::of).toList(),
                    versions);
        }

        /** The same, speaking these versions alone. */
        public Tls withVersions(TlsVersion first, TlsVersion... others) {
            return new Tls(trust, trustPassword, key, verifyHost, pins, EnumSet.of(first, others));
        }

        /** The same without a look at the host name: anybody in the middle with a trusted certificate may answer. */
        public Tls withoutHostCheck() {
            return new Tls(trust, trustPassword, key, false, pins, versions);
        }
    }

    /** What becomes of a connection when user code fails on one of its messages. */
    public enum OnHandlerError {
        SKIP,
        STOP
    }
}
