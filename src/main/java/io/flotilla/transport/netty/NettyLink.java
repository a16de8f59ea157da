package io.flotilla.transport.netty;

import io.flotilla.failure.CloseCode;
import io.flotilla.failure.Evidence;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Failures;
import io.flotilla.failure.Phase;
import io.flotilla.sink.Inbound;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.transport.Dial;
import io.flotilla.transport.Frame;
import io.flotilla.transport.Link;
import io.flotilla.transport.Opened;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One dial and the socket that comes of it. Everything in it happens on one event loop.
 *
 * <pre>
 * DIALING --101--> OPEN --our close--> CLOSING --their close--> LEAVING --socket gone--> ENDED
 *    |              |--their close, echoed----------------------> LEAVING
 *    |              |--violation, answered----------------------> LEAVING
 *    +--failure-----+--FIN, RST, silence, deadline--------------------------------------> ENDED
 * </pre>
 */
final class NettyLink implements Link, FrameReader.Receiver, Liveness.Owner, Connector.Outcome {

    private static final Logger LOG = LoggerFactory.getLogger(NettyLink.class);

    private static final String EAR = "link";
    private static final String HTTP = "http";
    private static final int MOST_LINE = 4096;
    private static final int MOST_HEAD = 16 * 1024;
    private static final int MOST_CHUNK = 8192;
    private static final int MOST_INTERIM = 10;
    private static final int MOST_REDIRECTS = 5;

    /** Bytes that a peer may still send after the close handshake before its socket is closed. */
    private static final long MOST_DISCARDED = 1024 * 1024;

    /** Classes of throwables that had no row; each is logged with its stack once. */
    private static final Set<String> WITHOUT_ROW = ConcurrentHashMap.newKeySet();

    private enum State {
        DIALING,
        OPEN,
        CLOSING,
        LEAVING,
        ENDED
    }

    private final NettyTransport transport;
    private final EventLoop loop;
    private final Dial dial;
    private final long startedAt = System.nanoTime();

    private State state = State.DIALING;
    private Phase phase = Phase.RESOLVE;
    private Target target;
    private @Nullable Dialing dialing;
    private @Nullable Channel channel;
    private @Nullable ScheduledFuture<?> deadline;

    private @Nullable Session session;
    private @Nullable Failure end;
    private @Nullable Throwable broken;
    private int closeSent;
    private int closeReceived;
    private String closeReason = "";
    private long discarded;
    private boolean told;

    /** What only a dial needs. */
    private static final class Dialing {
        private final List<String> addresses = new ArrayList<>();
        private final List<Target> visited = new ArrayList<>();
        private @Nullable Connector connector;
        private @Nullable UpgradeRequest request;
        private int interim;

        List<String> tried() {
            List<String> all = new ArrayList<>(addresses);
            if (connector != null) {
                all.addAll(connector.tried());
            }
            return all;
        }
    }

    /** What only an open socket has. */
    private record Session(
            FrameReader reader, ReadAhead ahead, Outflow out, Liveness liveness, long openedAt, Before before) {}

    /** The traffic of the connection before this link. */
    private record Before(long bytesIn, long bytesOut, long messagesIn, long messagesOut) {}

    NettyLink(NettyTransport transport, EventLoop loop, Dial dial) {
        this.transport = transport;
        this.loop = loop;
        this.dial = dial;
        this.target = new Target(dial.spec().endpoint(), dial.spec().uri().target(dial.credential()));
        this.dialing = new Dialing();
    }

    void start() {
        onLoop(
                () -> {
                    if (state == State.DIALING) {
                        deadline = schedule(
                                this::onDeadline, dial.spec().timeouts().dial());
                        resolve();
                    }
                },
                () -> dial.listener().ended(Failure.of(FailureKind.DRAINED, "the transport is closed")));
    }

    // The dial: look-up, connect, TLS, upgrade.

    private Dialing dialing() {
        return Objects.requireNonNull(dialing);
    }

    private void resolve() {
        phase = Phase.RESOLVE;
        Target looked = target;
        dialing().visited.add(target);
        transport
                .names()
                .resolve(target.endpoint().host())
                .addListener((Future<List<InetAddress>> answer) -> onLoop(() -> onResolved(looked, answer), () -> {}));
    }

    private void onResolved(Target looked, Future<List<InetAddress>> answer) {
        if (state != State.DIALING || !target.equals(looked)) {
            return;
        }
        if (!answer.isSuccess()) {
            fail(answer.cause(), "name [" + target.endpoint().host() + "] cannot be looked up");
            return;
        }
        phase = Phase.CONNECT;
        Connector connector = new Connector(
                loop,
                transport.loops().sockets(),
                dial.spec().localAddress(),
                Names.inTurns(answer.getNow(), target.endpoint().port(), dial.avoid()),
                this);
        dialing().connector = connector;
        connector.start();
    }

    @Override
    public void failed(List<Throwable> reasons) {
        FailureKind kind = NettyFailures.ofAll(reasons);
        Throwable last = reasons.get(reasons.size() - 1);
        unknown(kind, last);
        end(Failure.of(
                kind,
                dialing().tried().size() + " address(es) of [" + target.endpoint() + "] failed",
                new Evidence.Builder().thrown(Failures.unwrap(last)).build()));
    }

    @Override
    public void connected(Channel winner) {
        if (state != State.DIALING) {
            winner.close();
            return;
        }
        channel = winner;
        transport.opened(winner);
        winner.pipeline().addLast(EAR, new Ear(winner));
        winner.config().setAutoRead(true);
        if (target.endpoint().secure()) {
            secure(winner);
        } else {
            upgrade(winner);
        }
    }

    private void secure(Channel winner) {
        phase = Phase.TLS;
        SslHandler tls;
        try {
            tls = transport.tls().handler(dial.spec().tls(), target.endpoint(), winner.alloc());
        } catch (GeneralSecurityException | IOException | RuntimeException unusable) {
            end(Failure.of(
                    FailureKind.INVALID_SPEC,
                    "tls.trust cannot be used: " + unusable.getMessage(),
                    new Evidence.Builder().thrown(unusable).build()));
            return;
        }
        winner.pipeline().addFirst("tls", tls);
        tls.handshakeFuture().addListener(done -> {
            if (state != State.DIALING || channel != winner) {
                return;
            }
            if (done.isSuccess()) {
                upgrade(winner);
            } else {
                fail(done.cause(), "the TLS handshake failed");
            }
        });
    }

    private void upgrade(Channel winner) {
        phase = Phase.UPGRADE;
        ConnectionSpec spec = dial.spec();
        boolean atHome = target.endpoint().equals(spec.endpoint());
        UpgradeRequest request = UpgradeRequest.to(target.endpoint(), target.path(), spec, dial.credential(), atHome);
        dialing().request = request;
        winner.pipeline().addBefore(EAR, HTTP, new HttpClientCodec(MOST_LINE, MOST_HEAD, MOST_CHUNK));
        winner.writeAndFlush(request.request());
    }

    private void onAnswer(HttpResponse answer) {
        Throwable unreadable = answer.decoderResult().cause();
        if (unreadable != null) {
            onUnreadable(unreadable);
            return;
        }
        int status = answer.status().code();
        if (status / 100 == 1 && status != 101) {
            if (++dialing().interim > MOST_INTERIM) {
                end(Failure.of(FailureKind.NOT_HTTP, "more than " + MOST_INTERIM + " interim answers"));
            }
        } else if (status == 101) {
            onSwitched(answer);
        } else if (isRedirect(status) && answer.headers().contains(HttpHeaderNames.LOCATION)) {
            onRedirected(answer);
        } else {
            refuse(answer, UpgradeAnswer.refusal(status));
        }
    }

    private void onUnreadable(Throwable thrown) {
        if (thrown instanceof PrematureChannelClosureException) {
            end(Failure.of(FailureKind.HANDSHAKE_BROKEN, "the connection ended inside the answer"));
        } else {
            end(Failure.of(
                    FailureKind.NOT_HTTP,
                    "the answer is no HTTP, or its head is over its limits",
                    new Evidence.Builder().thrown(thrown).build()));
        }
    }

    private void onSwitched(HttpResponse answer) {
        Optional<UpgradeAnswer.Refusal> refusal = UpgradeAnswer.check(
                answer,
                Objects.requireNonNull(dialing().request).accept(),
                dial.spec().subprotocols());
        if (refusal.isPresent()) {
            refuse(answer, refusal.get());
        } else {
            open(Optional.ofNullable(answer.headers().get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL))
                    .map(String::strip));
        }
    }

    private void refuse(HttpResponse answer, UpgradeAnswer.Refusal refusal) {
        end(Failure.of(
                        refusal.kind(),
                        refusal.detail(),
                        new Evidence.Builder()
                                .answer(answer.status().code(), UpgradeAnswer.explaining(answer.headers()))
                                .build())
                .hinting(UpgradeAnswer.hint(answer.headers(), Instant.now())));
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    private void onRedirected(HttpResponse answer) {
        Optional<Target> next = target.follow(answer.headers().get(HttpHeaderNames.LOCATION));
        String problem = next.isEmpty()
                ? "a redirect that is unusable, or leads from wss to ws"
                : dialing().visited.contains(next.get())
                        ? "a redirect in a loop"
                        : dialing().visited.size() > MOST_REDIRECTS ? "more than " + MOST_REDIRECTS + " redirects" : "";
        if (!problem.isEmpty()) {
            refuse(answer, new UpgradeAnswer.Refusal(FailureKind.REDIRECT_REFUSED, problem));
            return;
        }
        Channel left = Objects.requireNonNull(channel);
        channel = null;
        dialing().addresses.addAll(Objects.requireNonNull(dialing().connector).tried());
        dialing().connector = null;
        target = next.orElseThrow();
        left.close();
        resolve();
    }

    private void open(Optional<String> subprotocol) {
        Channel open = Objects.requireNonNull(channel);
        ConnectionSpec spec = dial.spec();
        state = State.OPEN;
        phase = Phase.OPEN;
        cancelDeadline();
        dialing = null;
        session = new Session(
                new FrameReader(this, spec.receive().maxMessage()),
                new ReadAhead(
                        loop,
                        dial.sink(),
                        dial.listener(),
                        dial.traffic(),
                        transport.memory(),
                        spec.receive().buffer(),
                        this::onRoomier),
                new Outflow(open, dial.traffic(), spec.send().timeout(), this::onSendStalled),
                new Liveness(loop, spec.liveness(), dial.traffic(), this),
                System.nanoTime(),
                new Before(
                        dial.traffic().bytesIn(),
                        dial.traffic().bytesOut(),
                        dial.traffic().messagesIn(),
                        dial.traffic().messagesOut()));
        HttpClientCodec codec = open.pipeline().get(HttpClientCodec.class);
        codec.removeOutboundHandler();
        loop.execute(
                () -> { // later: it still holds what came in one packet with the answer, and hands that on
                    if (open.pipeline().context(codec) != null) {
                        open.pipeline().remove(codec);
                    }
                });
        session.liveness().start();
        dial.listener()
                .opened(new Opened(
                        (InetSocketAddress) open.remoteAddress(), subprotocol, cipher(open), since(startedAt)));
    }

    private static Optional<String> cipher(Channel channel) {
        return Optional.ofNullable(channel.pipeline().get(SslHandler.class)).map(tls -> {
            SSLSession session = tls.engine().getSession();
            return session.getProtocol() + " " + session.getCipherSuite();
        });
    }

    private void onDeadline() {
        end(Failure.of(
                Failures.timeoutIn(phase),
                "timeouts.dial = " + dial.spec().timeouts().dial() + " was met in phase " + phase));
    }

    private void fail(Throwable thrown, String detail) {
        FailureKind kind = NettyFailures.of(thrown, phase);
        unknown(kind, thrown);
        end(Failure.of(
                kind,
                detail,
                new Evidence.Builder().thrown(Failures.unwrap(thrown)).build()));
    }

    private static void unknown(FailureKind kind, Throwable thrown) {
        if (kind == FailureKind.UNKNOWN && WITHOUT_ROW.add(thrown.getClass().getName())) {
            LOG.warn("A failure without a row in the table; it is taken for transient", thrown);
        }
    }

    // Frames in.

    private void onBytes(ByteBuf bytes) {
        Session open = session;
        if (open == null || state == State.ENDED) {
            return;
        }
        open.liveness().heard();
        if (state == State.LEAVING) {
            discarded += bytes.readableBytes();
            if (discarded > MOST_DISCARDED) {
                leave();
            }
            return;
        }
        open.reader().feed(bytes);
        if (open.ahead().full() && channel != null) {
            channel.config().setAutoRead(false);
        }
    }

    @Override
    public void message(boolean isText, byte[] payload) {
        dial.traffic().received(payload.length);
        session()
                .ahead()
                .take(new Inbound(dial.spec().id(), dial.generation(), System.currentTimeMillis(), isText, payload));
    }

    @Override
    public void ping(byte[] payload) {
        if (state == State.OPEN) {
            session().out().pong(payload);
        }
    }

    @Override
    public void pong(byte[] payload) {
        session().liveness().pong(payload);
    }

    /** The peer's close frame: answered with its own code, then the socket is the peer's to end (RFC 6455 7.1.1). */
    @Override
    public void close(int code, String reason) {
        closeReceived = code;
        closeReason = reason;
        if (state == State.OPEN) {
            boolean proper = code == CloseCode.NO_STATUS || CloseCode.mayBeOnTheWire(code);
            leaveAfter(
                    Failure.of(Failures.ofCloseCode(code), "the peer closed with " + code),
                    proper ? code : CloseCode.PROTOCOL_ERROR,
                    "");
        } else {
            state = State.LEAVING;
        }
    }

    @Override
    public void violation(FailureKind kind, int code, String detail) {
        if (state == State.OPEN) {
            leaveAfter(Failure.of(kind, detail), code, "");
        } else {
            leave();
        }
    }

    /** Says goodbye, and gives the peer a bounded time to end the socket, so that no reset overtakes the close frame. */
    private void leaveAfter(Failure failure, int code, String reason) {
        end = failure;
        state = State.LEAVING;
        session().liveness().stop();
        closeSent = code;
        Channel leaving = Objects.requireNonNull(channel);
        leaving.config().setAutoRead(true);
        session().out().close(code, reason).addListener(written -> {
            if (closeReceived == 0
                    && leaving instanceof DuplexChannel duplex
                    && leaving.pipeline().get(SslHandler.class) == null) {
                duplex.shutdownOutput();
            }
        });
        deadline = schedule(this::leave, dial.spec().timeouts().close());
    }

    private void leave() {
        if (end != null) {
            end(end);
        }
    }

    private void onRoomier() {
        Session open = session();
        if (state == State.ENDED) {
            if (open.ahead().empty()) {
                tell();
            }
        } else if (open.ahead().roomy() && !reading()) {
            open.liveness().heard();
            Objects.requireNonNull(channel).config().setAutoRead(true);
        }
    }

    @Override
    public boolean reading() {
        return channel != null && channel.config().isAutoRead();
    }

    private Session session() {
        return Objects.requireNonNull(session);
    }

    // Frames out, and liveness.

    @Override
    public void send(Frame frame, Written outcome) {
        onLoop(
                () -> {
                    if (state == State.OPEN) {
                        session().out().message(frame, outcome);
                    } else {
                        outcome.done(false);
                    }
                },
                () -> outcome.done(false));
    }

    /** Called by {@link Liveness}. */
    @Override
    public void dead(Duration waited) {
        abortWith(Failure.of(FailureKind.PONG_TIMEOUT, "not a byte within " + waited + " after a ping"));
    }

    private void onSendStalled() {
        abortWith(Failure.of(
                FailureKind.SEND_STALLED,
                "not a byte written within send.timeout = " + dial.spec().send().timeout()));
    }

    // The end.

    @Override
    public void close(FailureKind why, int code, String reason) {
        onLoop(
                () -> {
                    if (state == State.DIALING) {
                        end(Failure.of(why, "the dial was abandoned"));
                    } else if (state == State.OPEN) {
                        closeWith(Failure.of(why, "closed with " + code), code, reason);
                    }
                },
                () -> {});
    }

    private void closeWith(Failure why, int code, String reason) {
        state = State.CLOSING;
        end = why;
        closeSent = code;
        session().liveness().stop();
        session().out().close(code, reason);
        deadline = schedule(this::onCloseOverdue, dial.spec().timeouts().close());
    }

    private void onCloseOverdue() {
        if (state == State.CLOSING) {
            abortWith(Failure.of(
                    FailureKind.CLOSE_TIMEOUT,
                    "no close frame within timeouts.close = "
                            + dial.spec().timeouts().close()));
        } else {
            leave();
        }
    }

    @Override
    public void abort(FailureKind why) {
        onLoop(() -> abortWith(Failure.of(why, "aborted")), () -> {});
    }

    /** Ends the socket with an RST, so that neither we nor the kernel wait for a peer that is not there. */
    private void abortWith(Failure failure) {
        if (state != State.ENDED && channel != null) {
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            if (tls != null) {
                channel.pipeline().remove(tls); // it would wait to say goodbye
            }
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        end(failure);
    }

    private void end(Failure failure) {
        if (state == State.ENDED) {
            return;
        }
        end = failure.in(phaseOf(failure)).with(evidence(failure.evidence()));
        state = State.ENDED;
        cancelDeadline();
        if (dialing != null && dialing.connector != null) {
            dialing.connector.cancel();
        }
        if (session != null) {
            session.liveness().stop();
            session.out().stop();
            session.reader().stop();
        }
        if (channel == null) {
            afterClose();
        } else {
            channel.close().addListener(closed -> onLoop(this::afterClose, this::afterClose));
        }
    }

    private Phase phaseOf(Failure failure) {
        return failure.kind().phase() == Phase.CLOSING ? Phase.CLOSING : phase;
    }

    /** The socket is gone. What was read and not taken is still handed over, for a bounded time. */
    private void afterClose() {
        if (session == null || session.ahead().empty()) {
            tell();
        } else {
            deadline = schedule(
                    () -> {
                        session().ahead().drop();
                        tell();
                    },
                    dial.spec().timeouts().close());
        }
    }

    private void tell() {
        if (!told) {
            told = true;
            cancelDeadline();
            dial.listener().ended(Objects.requireNonNull(end));
        }
    }

    private Evidence evidence(Evidence seen) {
        Evidence.Builder builder = new Evidence.Builder()
                .generation(dial.generation())
                .addresses(dialing == null ? remote() : dialing.tried());
        if (seen.httpStatus() != null) {
            builder.answer(seen.httpStatus(), seen.headers());
        }
        if (seen.exception() != null) {
            builder.exception(seen.exception());
        } else if (broken != null) {
            builder.thrown(broken);
        }
        if (closeReceived != 0) {
            builder.closeReceived(closeReceived, closeReason);
        }
        if (closeSent != 0) {
            builder.closeSent(closeSent);
        }
        if (session != null) {
            Before before = session.before();
            builder.uptime(since(session.openedAt()))
                    .traffic(
                            dial.traffic().bytesIn() - before.bytesIn(),
                            dial.traffic().bytesOut() - before.bytesOut(),
                            dial.traffic().messagesIn() - before.messagesIn(),
                            dial.traffic().messagesOut() - before.messagesOut());
        }
        return builder.build();
    }

    private List<String> remote() {
        return channel != null && channel.remoteAddress() instanceof InetSocketAddress address
                ? List.of(Connector.shown(address))
                : List.of();
    }

    private void onInactive() {
        switch (state) {
            case DIALING ->
                end(Failure.of(Failures.brokenIn(phase), "the peer ended the connection in phase " + phase));
            case OPEN ->
                end(
                        broken == null
                                ? Failure.of(FailureKind.LOST, "the stream ended (FIN) without a close frame")
                                : Failure.of(
                                        FailureKind.LOST,
                                        "the connection broke: "
                                                + broken.getClass().getSimpleName()));
            case CLOSING, LEAVING -> leave();
            case ENDED -> {}
        }
    }

    private void onThrown(Throwable thrown) {
        switch (state) {
            case DIALING -> fail(thrown, "failed in phase " + phase);
            case OPEN, CLOSING, LEAVING -> {
                broken = Failures.unwrap(thrown);
                if (!(thrown instanceof IOException)) {
                    unknown(NettyFailures.of(thrown, phase), thrown);
                }
                Objects.requireNonNull(channel).close();
            }
            case ENDED -> {}
        }
    }

    // The loop.

    @Override
    public long generation() {
        return dial.generation();
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private ScheduledFuture<?> schedule(Runnable task, Duration after) {
        cancelDeadline();
        return loop.schedule(task, after.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** @param gone runs instead when the transport is closed and its loops with it */
    private void onLoop(Runnable task, Runnable gone) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException closed) {
            gone.run();
        }
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    /** Hears one channel; a dial that was redirected leaves the first one behind. */
    private final class Ear extends ChannelInboundHandlerAdapter {
        private final Channel heard;

        Ear(Channel heard) {
            this.heard = heard;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            try {
                if (channel != heard) {
                    return;
                }
                if (message instanceof ByteBuf bytes) {
                    onBytes(bytes);
                } else if (message instanceof HttpResponse answer && state == State.DIALING) {
                    onAnswer(answer);
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (channel == heard) {
                onInactive();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
            if (channel == heard) {
                onThrown(thrown);
            }
        }
    }
}
