package io.flotilla.transport.netty;

import io.flotilla.failure.Evidence;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Failures;
import io.flotilla.failure.Phase;
import io.flotilla.transport.Dial;
import io.flotilla.transport.KnownSecrets;
import io.flotilla.transport.Opened;
import io.flotilla.transport.WithoutRow;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * One dial, from the look-up of the name to the answer to the upgrade, under one deadline:
 *
 * <pre>
 * trust --> reach --> TLS --> upgrade --101--> opened
 *   ^                              |
 *   +-----------redirect-----------+
 * </pre>
 *
 * Confined to the link's event loop. What it waits for answers to the target it was asked for; a later one does not hear it.
 */
final class Dialing implements Reaching.Outcome {

    private static final int SWITCHED = 101;
    private static final int BAD_REQUEST = 400;

    /** Classes of throwables that had no row; each is logged with its stack once. */

    /** Hears once how it went. */
    interface Outcome {
        /** Replaces {@code handler} in the channel's pipeline. */
        void opened(Channel channel, Upgrading handler, DeflateOffer.Agreed deflate, Opened opened);

        void failed(Failure failure);
    }

    private final NettyTransport transport;
    private final EventLoop loop;
    private final Dial dial;
    private final Outcome outcome;
    private final Steps steps;
    private final long startedAt = System.nanoTime();
    private final List<String> tried = new ArrayList<>();
    private final Trail trail;

    private Phase phase = Phase.RESOLVE;
    private Target target;
    private @Nullable TlsContext securing;
    private boolean reading;
    private boolean asked;
    private @Nullable Reaching reaching;
    private @Nullable UpgradeRequest request;
    private @Nullable Upgrading handler;
    private @Nullable Channel channel;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean over;

    Dialing(NettyTransport transport, EventLoop loop, Dial dial, Outcome outcome) {
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

    /** Ends it without an answer from the peer. */
    void abandon(FailureKind why) {
        fail(why, "the dial was abandoned", null);
    }

    /** Trust comes first: what is wrong with it is wrong without a peer. */
    private void begin() {
        phase = Phase.RESOLVE;
        steps.chose(target, trail.isOwn(target));
        try {
            request = UpgradeRequest.to(target, dial.spec(), dial.credential(), atHome());
        } catch (IllegalArgumentException unusable) {
            fail(FailureKind.INVALID_SPEC, String.valueOf(unusable.getMessage()), unusable);
            return;
        }
        Target asked = target;
        if (!target.endpoint().secure()) {
            reach(null);
            return;
        }
        reading = true;
        transport
                .tls()
                .context(atHome() ? dial.spec().tls() : dial.spec().tls().withoutKey())
                .whenCompleteAsync(
                        (context, thrown) -> {
                            if (over || !target.equals(asked)) {
                                return;
                            }
                            reading = false;
                            if (thrown == null) {
                                reach(context);
                            } else {
                                unusable(Failures.unwrap(thrown));
                            }
                        },
                        loop);
    }

    private void unusable(Throwable thrown) {
        if (thrown instanceof TlsUnusable unusable) {
            fail(unusable.kind(), unusable.detail(), unusable);
        } else {
            fail(thrown);
        }
    }

    private void reach(@Nullable TlsContext context) {
        securing = context;
        Reaching begun = new Reaching(transport, loop, dial, target.endpoint(), steps, this);
        reaching = begun;
        begun.start();
    }

    @Override
    public void entered(Phase entered) {
        phase = entered;
    }

    @Override
    public void unreached(FailureKind kind, String detail, @Nullable Throwable thrown) {
        if (thrown != null) {
            logUnknown(kind, thrown);
        }
        fail(kind, detail, thrown);
    }

    @Override
    public void reached(Channel winner) {
        if (over) {
            winner.close();
            return;
        }
        channel = winner;
        Upgrading hearing = new Upgrading(new Hearing());
        handler = hearing;
        winner.pipeline().addLast(hearing);
        TlsContext context = securing;
        if (context == null) {
            upgrade(winner);
        } else {
            secure(winner, hearing, context);
        }
        winner.config().setAutoRead(true);
    }

    private void secure(Channel winner, Upgrading hearing, TlsContext context) {
        phase = Phase.TLS;
        SslHandler tls;
        try {
            tls = context.handler(target.endpoint(), winner.alloc());
        } catch (IllegalArgumentException unusable) {
            fail(FailureKind.INVALID_SPEC, "the host name cannot be used for TLS: " + unusable.getMessage(), unusable);
            return;
        }
        winner.pipeline().addFirst(tls);
        tls.handshakeFuture().addListener(done -> {
            boolean forOurs = context.wasAskedForOurs(tls);
            if (over || handler != hearing) {
                return;
            }
            asked = forOurs;
            if (done.isSuccess()) {
                steps.secured(tls.engine().getSession());
                upgrade(winner);
            } else {
                TlsFailures.distrusted(done.cause()).ifPresent(refused -> steps.showed(refused.chain()));
                fail(done.cause());
            }
        });
    }

    private void upgrade(Channel winner) {
        phase = Phase.UPGRADE;
        UpgradeRequest asking = request;
        if (asking != null) {
            winner.writeAndFlush(asking.bytes(winner.alloc()));
            steps.asked(asking);
        }
    }

    /** Hears the socket that is being dialed; a redirect leaves it behind, and its handler is stopped then. */
    private final class Hearing implements Upgrading.Listener {
        @Override
        public void answered(AnswerHead answer) {
            if (!over) {
                judge(answer);
            }
        }

        @Override
        public void notHttp(String why) {
            fail(FailureKind.NOT_HTTP, "the answer is no HTTP: " + why, null);
        }

        @Override
        public void broken(@Nullable Throwable thrown) {
            if (thrown == null) {
                fail(Failures.brokenIn(phase), "the peer ended the connection in phase " + phase, null);
            } else {
                fail(thrown);
            }
        }
    }

    private void judge(AnswerHead answer) {
        steps.answered(answer);
        int status = answer.status();
        UpgradeRequest asked = request;
        if (status == SWITCHED && asked != null) {
            UpgradeAnswer.check(answer, asked.accept(), dial.spec())
                    .ifPresentOrElse(refusal -> refuse(answer, refusal), () -> open(answer));
        } else if (Trail.isRedirect(status) && answer.first("Location").isPresent()) {
            redirect(answer, answer.first("Location").get());
        } else {
            refuse(answer, UpgradeAnswer.refusal(status));
        }
    }

    private void open(AnswerHead answer) {
        Channel open = channel;
        Upgrading hearing = handler;
        if (open == null || hearing == null) {
            return;
        }
        over = true;
        stopTimer();
        trail.arrived();
        outcome.opened(
                open,
                hearing,
                UpgradeAnswer.deflate(answer, dial.spec()).orElse(DeflateOffer.Agreed.NOTHING),
                new Opened(
                        (InetSocketAddress) open.remoteAddress(),
                        answer.first("Sec-WebSocket-Protocol"),
                        answer.first("Sec-WebSocket-Extensions"),
                        cipher(open),
                        Duration.ofNanos(System.nanoTime() - startedAt)));
    }

    private static Optional<String> cipher(Channel channel) {
        return Optional.ofNullable(channel.pipeline().get(SslHandler.class)).map(tls -> {
            SSLSession session = tls.engine().getSession();
            return session.getProtocol() + " " + session.getCipherSuite();
        });
    }

    /** Follows a redirect, within the same deadline and without what belongs to the first origin. */
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
        target = next;
        begin();
    }

    /** Credentials stay with the origin that the spec names. */
    private boolean atHome() {
        return trail.isHome(target);
    }

    private void refuse(AnswerHead answer, UpgradeAnswer.Refusal refusal) {
        end(
                Failure.of(refusal.kind(), refusal.detail() + (answer.status() == BAD_REQUEST ? suspicion() : ""))
                        .hinting(UpgradeAnswer.hint(answer, Instant.now())),
                evidence().answer(answer.status(), UpgradeAnswer.explaining(answer, KnownSecrets.of(dial))));
    }

    private void fail(Throwable thrown) {
        Throwable cause = NettyFailures.unwrapped(thrown);
        FailureKind kind = TlsFailures.aboutUs(NettyFailures.of(thrown, phase), cause, asked);
        logUnknown(kind, thrown);
        Optional<Distrusted> refused = TlsFailures.distrusted(cause);
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
        return asked ? ", after the peer had asked for our certificate (tls.key)" : "";
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
        stopTimer();
        leaveSocket();
        outcome.failed(failure.in(phase).with(seen.addresses(tried).build()));
    }

    private Evidence.Builder evidence() {
        return new Evidence.Builder().generation(dial.generation());
    }

    /** Drops the socket at once: no word of TLS is waited for. */
    private void leaveSocket() {
        if (reaching != null) {
            reaching.cancel();
            tried.addAll(reaching.tried());
            reaching = null;
        }
        reading = false;
        asked = false;
        if (handler != null) {
            handler.stop();
            handler = null;
        }
        if (channel != null) {
            Sockets.drop(channel);
            channel = null;
        }
    }

    private void stopTimer() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private static void logUnknown(FailureKind kind, Throwable thrown) {
        if (kind == FailureKind.UNKNOWN) {
            WithoutRow.say(thrown);
        }
    }
}
