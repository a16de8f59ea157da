package io.flotilla.transport.pekkohttp;

import io.flotilla.failure.Evidence;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Failures;
import io.flotilla.failure.Phase;
import io.flotilla.spec.Settings;
import io.flotilla.transport.Dial;
import io.flotilla.transport.KnownSecrets;
import io.flotilla.transport.Opened;
import io.flotilla.transport.WithoutRow;
import io.flotilla.transport.netty.AddressOrder;
import io.flotilla.transport.netty.AnswerHead;
import io.flotilla.transport.netty.AnswerReader;
import io.flotilla.transport.netty.Distrusted;
import io.flotilla.transport.netty.NameFailure;
import io.flotilla.transport.netty.Steps;
import io.flotilla.transport.netty.Target;
import io.flotilla.transport.netty.TlsContext;
import io.flotilla.transport.netty.TlsFailures;
import io.flotilla.transport.netty.TlsUnusable;
import io.flotilla.transport.netty.Trail;
import io.flotilla.transport.netty.UpgradeAnswer;
import io.flotilla.transport.netty.UpgradeRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * One dial, from the look-up of the name to the answer to the upgrade, under one deadline; the addresses of a name one after the
 * other. Confined to the link's event loop.
 */
final class Dialing implements Stream.Listener {

    private static final int SWITCHED = 101;
    private static final int MOST_INTERIM = 10;

    /** What an address may take of the deadline before the next one is tried, if there is one. */
    private static final int SHARES = 3;

    /** Hears once how it went. */
    interface Outcome {
        /**
         * It opened.
         *
         * @param answer what Pekko HTTP is to be told
         * @param rest what came after the answer
         */
        void opened(Stream stream, ByteString answer, ByteString rest, Opened how);

        void failed(Failure failure);
    }

    private final PekkoHttpTransport transport;
    private final EventLoop loop;
    private final Dial dial;
    private final Outcome outcome;
    private final Steps steps;
    private final Trail trail;
    private final long startedAt = System.nanoTime();
    private final List<String> tried = new ArrayList<>();
    private final Deque<InetSocketAddress> addresses = new ArrayDeque<>();

    private Phase phase = Phase.RESOLVE;
    private Target target;
    private boolean reading;
    private boolean connected;
    private @Nullable SSLSession session;
    private boolean ended;
    private @Nullable Throwable endedBy;
    private boolean askedForOurs;
    private int interim;
    private @Nullable UpgradeRequest request;
    private @Nullable TlsContext securing;
    private @Nullable SslHandler tls;
    private @Nullable Stream stream;
    private @Nullable InetSocketAddress remote;
    private @Nullable String layerKey;
    private @Nullable AnswerHead switched;
    private Optional<String> cipher = Optional.empty();
    private ByteString rest = ByteString.emptyByteString();
    private AnswerReader reader = new AnswerReader();
    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable ScheduledFuture<?> patience;
    private boolean over;

    Dialing(PekkoHttpTransport transport, EventLoop loop, Dial dial, Outcome outcome) {
        this.transport = transport;
        this.loop = loop;
        this.dial = dial;
        this.outcome = outcome;
        this.steps = Steps.of(dial, startedAt);
        this.trail = new Trail(dial);
        this.target = trail.begin();
    }

    void start() {
        Duration within = dial.spec().timeouts().dial();
        deadline = loop.schedule(() -> late(within), within.toNanos(), TimeUnit.NANOSECONDS);
        begin();
    }

    private void late(Duration within) {
        String met = "timeouts.dial = " + within + " was met ";
        if (reading) {
            fail(FailureKind.CREDENTIAL_UNAVAILABLE, met + "before the files of tls were read", null);
        } else {
            fail(Failures.timeoutIn(phase), met + "in phase " + phase, null);
        }
    }

    void abandon(FailureKind why) {
        fail(why, "the dial was abandoned", null);
    }

    // Trust, names, addresses.

    private void begin() {
        phase = Phase.RESOLVE;
        steps.chose(target, trail.isOwn(target));
        if (dial.spec().proxy().isPresent() || dial.spec().compression() != Settings.Compression.OFF) {
            fail(FailureKind.INVALID_SPEC, "the transport pekko-http knows neither proxy nor compression", null);
            return;
        }
        try {
            request = UpgradeRequest.to(target, dial.spec(), dial.credential(), trail.isHome(target));
        } catch (IllegalArgumentException unusable) {
            fail(FailureKind.INVALID_SPEC, String.valueOf(unusable.getMessage()), unusable);
            return;
        }
        if (!target.endpoint().secure()) {
            lookUp();
            return;
        }
        Target asked = target;
        reading = true;
        Settings.Tls settings = dial.spec().tls();
        transport
                .tls()
                .context(trail.isHome(target) ? settings : settings.withoutKey())
                .whenCompleteAsync(
                        (context, thrown) -> {
                            if (over || !target.equals(asked)) {
                                return;
                            }
                            reading = false;
                            if (thrown == null) {
                                securing = context;
                                lookUp();
                            } else if (Failures.unwrap(thrown) instanceof TlsUnusable unusable) {
                                fail(unusable.kind(), unusable.detail(), unusable);
                            } else {
                                fail(Failures.unwrap(thrown));
                            }
                        },
                        loop);
    }

    private void lookUp() {
        String host = target.endpoint().host();
        Target asked = target;
        if (!transport.destinations().allowsHost(host)) {
            forbid("[" + host + "]");
            return;
        }
        transport.names().resolve(host, loop).addListener((Future<List<InetAddress>> answer) -> {
            if (over || !target.equals(asked)) {
                return;
            }
            if (answer.isSuccess()) {
                found(host, answer.getNow());
                return;
            }
            Throwable cause = answer.cause();
            fail(
                    cause instanceof NameFailure named ? named.kind() : FailureKind.NAME_LOOKUP_FAILED,
                    "name [" + host + "]: " + cause.getMessage(),
                    cause.getCause() == null ? cause : cause.getCause());
        });
    }

    private void found(String host, List<InetAddress> found) {
        Optional<InetAddress> forbidden = found.stream()
                .filter(address -> !transport.destinations().allowsAddress(address))
                .findFirst();
        if (forbidden.isPresent()) {
            forbid("[" + host + "] has the address [" + forbidden.get().getHostAddress() + "], which");
            return;
        }
        phase = Phase.CONNECT;
        Optional<InetAddress> from = dial.spec().localAddress();
        if (from.filter(address -> !isOurs(address)).isPresent()) { // Pekko would say nothing
            fail(FailureKind.LOCAL_RESOURCES, "local-address [" + from.get().getHostAddress() + "] is not ours", null);
            return;
        }
        addresses.addAll(AddressOrder.of(
                found, target.endpoint().port(), dial.avoid(), dial.spec().localAddress()));
        if (addresses.isEmpty()) {
            fail(FailureKind.LOCAL_RESOURCES, "[" + host + "] has no address of the family of local-address", null);
            return;
        }
        steps.lookedUp(host, List.copyOf(addresses));
        connect();
    }

    private static boolean isOurs(InetAddress address) {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(address, 0));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void forbid(String what) {
        fail(FailureKind.DESTINATION_FORBIDDEN, what + " is nowhere that security.allow-destinations lets", null);
    }

    private void connect() {
        InetSocketAddress next = addresses.remove();
        remote = next;
        tried.add(shown(next));
        steps.connecting(next);
        Optional<SSLEngine> engine = Optional.empty();
        if (securing != null) {
            try {
                SslHandler handler = securing.handler(target.endpoint(), UnpooledByteBufAllocator.DEFAULT);
                tls = handler;
                engine = Optional.of(handler.engine());
                engine.get().setUseClientMode(true);
            } catch (IllegalArgumentException unusable) {
                fail(
                        FailureKind.INVALID_SPEC,
                        "the host name cannot be used for TLS: " + unusable.getMessage(),
                        unusable);
                return;
            }
        }
        connected = false;
        session = null;
        ended = false;
        endedBy = null;
        reader = new AnswerReader();
        interim = 0;
        layerKey = null;
        switched = null;
        Optional<InetSocketAddress> local =
                dial.spec().localAddress().map(address -> new InetSocketAddress(address, 0));
        stream = Stream.to(
                next,
                local,
                engine,
                transport.system(),
                loop,
                dial.spec().receive().maxMessage(),
                transport.memory(),
                this);
        if (!addresses.isEmpty()) {
            Stream waiting = stream;
            long share = dial.spec().timeouts().dial().toNanos() / SHARES;
            patience = loop.schedule(
                    () -> {
                        if (!over && stream == waiting && phase == Phase.CONNECT && !addresses.isEmpty()) {
                            leaveSocket();
                            connect();
                        }
                    },
                    share,
                    TimeUnit.NANOSECONDS);
        }
    }

    static String shown(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    // The stream.

    @Override
    public void connected() {
        if (over) {
            return;
        }
        if (phase == Phase.CONNECT) { // else TLS was faster than this news
            phase = securing == null ? Phase.UPGRADE : Phase.TLS;
        }
        connected = true;
        if (remote != null) {
            steps.connected(remote);
        }
        ask();
        if (ended) {
            ended = false;
            over(endedBy);
        }
    }

    /** The request leaves as soon as there is a socket: under TLS it is what begins the handshake. */
    private void ask() {
        Stream to = stream;
        UpgradeRequest asking = request;
        if (to != null && asking != null) {
            to.send(ByteString.fromString(asking.head(), StandardCharsets.UTF_8));
            if (securing == null) {
                steps.asked(asking);
            } else if (session != null) {
                tellSecured(session);
            }
        }
    }

    /** Only now is the request on its way. */
    private void tellSecured(SSLSession agreed) {
        steps.secured(agreed);
        if (request != null) {
            steps.asked(request);
        }
    }

    @Override
    public void unconnected(Throwable thrown) {
        if (over) {
            return;
        }
        Throwable cause = ConnectFailures.cause(thrown);
        if (remote != null) {
            steps.unconnected(remote, ConnectFailures.of(cause));
        }
        if (!addresses.isEmpty()) {
            leaveSocket();
            connect();
            return;
        }
        fail(
                ConnectFailures.of(cause),
                "no connection to [" + target.endpoint() + "]"
                        + (tried.size() > 1 ? ", " + tried.size() + " addresses tried" : ""),
                cause);
    }

    @Override
    public void secured(SSLSession agreed) {
        phase = Phase.UPGRADE;
        if (session == null && connected && !over) {
            tellSecured(agreed);
        }
        session = agreed;
        cipher = Optional.of(agreed.getProtocol() + " " + agreed.getCipherSuite());
        if (tls != null && securing != null) {
            askedForOurs |= securing.wasAskedForOurs(tls); // which is told once, and TLS 1.3 may come here again
        }
    }

    @Override
    public void asked(String key) {
        layerKey = key;
        openIfReady();
    }

    @Override
    public void answer(ByteString bytes) {
        if (over) {
            return;
        }
        phase = Phase.UPGRADE;
        ByteBuf in = Unpooled.wrappedBuffer(bytes.toArrayUnsafe());
        try {
            AnswerHead answer = reader.read(in);
            while (answer != null && answer.status() / 100 == 1 && answer.status() != SWITCHED) {
                if (++interim > MOST_INTERIM) {
                    throw new AnswerHead.NotHttp("more than " + MOST_INTERIM + " interim answers");
                }
                answer = reader.read(in);
            }
            if (answer != null) {
                rest = bytes.drop(in.readerIndex());
                judge(answer);
            } else if (stream != null) {
                stream.readOn();
            }
        } catch (AnswerHead.NotHttp why) {
            fail(FailureKind.NOT_HTTP, "the answer is no HTTP: " + why.getMessage(), null);
        }
    }

    private void judge(AnswerHead answer) {
        steps.answered(answer);
        UpgradeRequest asked = request;
        if (answer.status() == SWITCHED && asked != null) {
            Optional<UpgradeAnswer.Refusal> refusal = UpgradeAnswer.check(answer, asked.accept(), dial.spec());
            if (refusal.isPresent()) {
                refuse(answer, refusal.get());
            } else {
                switched = answer;
                openIfReady();
            }
        } else if (Trail.isRedirect(answer.status()) && answer.first("Location").isPresent()) {
            redirect(answer, answer.first("Location").get());
        } else {
            refuse(answer, UpgradeAnswer.refusal(answer.status()));
        }
    }

    private void redirect(AnswerHead answer, String location) {
        Target next;
        try {
            next = trail.follow(target, answer.status(), location);
        } catch (Trail.Refused why) {
            refuse(answer, new UpgradeAnswer.Refusal(FailureKind.REDIRECT_REFUSED, String.valueOf(why.getMessage())));
            return;
        }
        goOn(next);
    }

    private void goOn(Target next) {
        leaveSocket();
        addresses.clear();
        securing = null;
        tls = null;
        askedForOurs = false;
        cipher = Optional.empty();
        target = next;
        begin();
    }

    private void openIfReady() {
        AnswerHead answer = switched;
        Stream open = stream;
        String key = layerKey;
        InetSocketAddress address = remote;
        if (over || answer == null || open == null || key == null || address == null) {
            return;
        }
        over = true;
        stopTimers();
        trail.arrived();
        Optional<String> subprotocol = answer.first("Sec-WebSocket-Protocol");
        String told = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + UpgradeRequest.accept(key) + "\r\n\r\n";
        outcome.opened(
                open,
                ByteString.fromString(told, StandardCharsets.US_ASCII),
                rest,
                new Opened(
                        address,
                        subprotocol,
                        Optional.empty(),
                        cipher,
                        Duration.ofNanos(System.nanoTime() - startedAt)));
    }

    @Override
    public void over(@Nullable Throwable thrown) {
        if (over) {
            return;
        }
        if (!connected) { // what ends before it is connected is told as unconnected
            ended = true;
            endedBy = thrown;
            return;
        }
        SslHandler handler = tls;
        if (!askedForOurs && handler != null && securing != null) {
            askedForOurs |= securing.wasAskedForOurs(handler);
        }
        if (thrown == null || ConnectFailures.isBroken(thrown)) {
            fail(Failures.brokenIn(phase), "the peer ended the connection in phase " + phase, thrown);
        } else {
            fail(thrown);
        }
    }

    @Override
    public void outputBroken() {
        // the end of the input says why
    }

    @Override
    public void taken(boolean message) {
        // what leaves before the upgrade is the request
    }

    @Override
    public void heard(int bytes) {
        throw new IllegalStateException("bytes of frames before the upgrade");
    }

    @Override
    public void message(boolean isText, byte[] payload) {
        throw new IllegalStateException("a message before the upgrade");
    }

    @Override
    public void pong(byte[] payload) {
        throw new IllegalStateException("a pong before the upgrade");
    }

    @Override
    public void messageEnded() {
        throw new IllegalStateException("a message before the upgrade");
    }

    @Override
    public void closed(byte[] payload) {
        throw new IllegalStateException("a close frame before the upgrade");
    }

    @Override
    public void broken(int code, String detail) {
        throw new IllegalStateException("a frame before the upgrade");
    }

    @Override
    public void leaves(int code) {
        throw new IllegalStateException("a close frame of ours before the upgrade");
    }

    // The end.

    private void refuse(AnswerHead answer, UpgradeAnswer.Refusal refusal) {
        end(
                Failure.of(refusal.kind(), refusal.detail() + (answer.status() == 400 ? suspicion() : ""))
                        .hinting(UpgradeAnswer.hint(answer, Instant.now())),
                evidence().answer(answer.status(), UpgradeAnswer.explaining(answer, KnownSecrets.of(dial))));
    }

    private void fail(Throwable thrown) {
        Throwable cause = ConnectFailures.cause(thrown);
        FailureKind kind = ConnectFailures.isNoTls(cause)
                ? FailureKind.TLS_NOT_TLS
                : TlsFailures.isTls(cause) || TlsFailures.distrusted(cause).isPresent()
                        ? TlsFailures.aboutUs(TlsFailures.of(cause, phase), cause, askedForOurs)
                        : Failures.ofThrowable(cause, phase);
        if (kind == FailureKind.UNKNOWN) {
            WithoutRow.say(cause);
        }
        Optional<Distrusted> refused = TlsFailures.distrusted(cause);
        refused.ifPresent(shown -> steps.showed(shown.chain()));
        TlsContext context = securing;
        if (kind == FailureKind.TLS_CLIENT_REJECTED && context != null) {
            end(
                    Failure.of(kind, context.rejected()),
                    evidence()
                            .thrown(cause)
                            .ownCertificate(context.fingerprint().orElse(null)));
        } else if (refused.isPresent()) {
            end(
                    Failure.of(kind, refused.get().detail()),
                    evidence().thrown(cause).peerCertificates(refused.get().described()));
        } else {
            fail(kind, brokenBy(cause) + suspicion(), cause);
        }
    }

    private String brokenBy(Throwable cause) {
        boolean socket = cause instanceof IOException && !(cause instanceof SSLException);
        return (socket ? "the connection was reset or broke in phase " : "failed in phase ") + phase + ": "
                + cause.getClass().getSimpleName();
    }

    /** Some peers do not say that it is our certificate which they do not like. */
    private String suspicion() {
        return askedForOurs ? ", after the peer had asked for our certificate (tls.key)" : "";
    }

    private void fail(FailureKind kind, String detail, @Nullable Throwable thrown) {
        Evidence.Builder seen = evidence();
        if (thrown != null) {
            seen.thrown(thrown);
        }
        end(Failure.of(kind, detail), seen);
    }

    private void end(Failure failure, Evidence.Builder seen) {
        if (over) {
            return;
        }
        Optional<Target> anew = trail.lost(failure.verdict());
        if (anew.isPresent()) {
            goOn(anew.get());
            return;
        }
        over = true;
        stopTimers();
        leaveSocket();
        outcome.failed(failure.in(phase).with(seen.addresses(tried).build()));
    }

    private Evidence.Builder evidence() {
        return new Evidence.Builder().generation(dial.generation());
    }

    private void leaveSocket() {
        if (stream != null) {
            stream.reset();
            stream = null;
        }
        if (patience != null) {
            patience.cancel(false);
            patience = null;
        }
    }

    private void stopTimers() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
        if (patience != null) {
            patience.cancel(false);
            patience = null;
        }
    }
}
