package io.flotilla.transport.netty;

import io.flotilla.failure.Evidence;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Failures;
import io.flotilla.failure.Phase;
import io.flotilla.spec.Settings;
import io.flotilla.transport.Dial;
import io.flotilla.transport.KnownSecrets;
import io.flotilla.transport.WithoutRow;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One dial, whichever transport it is of, from trust to the answer to the upgrade (RFC 6455 4.1), under one deadline:
 *
 * <pre>
 * trust --> way --> TLS --> upgrade --101--> agreed
 *   ^                          |
 *   +---------redirect---------+
 * </pre>
 *
 * Confined to the link's event loop.
 */
public final class OpeningHandshake {

    private static final int SWITCHED = 101;
    private static final int BAD_REQUEST = 400;

    /**
     * One target of the dial: its first, or where a redirect leads.
     *
     * @param trust null where there is no TLS
     */
    public record Leg(
            Target target, UpgradeRequest request, @Nullable TlsContext trust) {}

    /** The way to a target: what a transport does itself. */
    public interface Way {
        /** Gets a socket that leads to the target, and asks there. What it waited for on the leg before is of no use any more. */
        void go(Leg leg);

        /** The peer agrees to the upgrade. */
        void agreed(AnswerHead answer);

        /**
         * Drops the socket at once: no word of TLS is waited for.
         *
         * @return the addresses that were tried since it went, in order
         */
        List<InetSocketAddress> leave();
    }

    private final Dial dial;
    private final EventLoop loop;
    private final TlsContexts trusts;
    private final Way way;
    private final Consumer<Failure> failed;
    private final Steps steps;
    private final Trail trail;
    private final OneTimer deadline;
    private final long startedAt = System.nanoTime();
    private final List<String> tried = new ArrayList<>();

    private Phase phase = Phase.RESOLVE;
    private Target target;
    private @Nullable Leg leg;
    private boolean readingTrust;
    private boolean askedForOurs;
    private boolean over;

    /** @param failed hears once why it came to nothing */
    public OpeningHandshake(EventLoop loop, Dial dial, TlsContexts trusts, Way way, Consumer<Failure> failed) {
        this.dial = dial;
        this.loop = loop;
        this.trusts = trusts;
        this.way = way;
        this.failed = failed;
        this.steps = Steps.of(dial, startedAt);
        this.trail = new Trail(dial);
        this.target = trail.begin();
        this.deadline = new OneTimer(loop);
    }

    public void start() {
        Duration within = dial.spec().timeouts().dial();
        deadline.set(within, () -> onOverdue(within));
        begin();
    }

    private void onOverdue(Duration within) {
        String met = "timeouts.dial = " + within + " was met ";
        if (readingTrust) {
            fail(FailureKind.CREDENTIAL_UNAVAILABLE, met + "before the files of tls were read", null);
        } else {
            fail(Failures.timeoutIn(phase), met + "in phase " + phase, null);
        }
    }

    /** Ends it without an answer from the peer. */
    public void abandon(FailureKind why) {
        fail(why, "the dial was abandoned", null);
    }

    public Phase phase() {
        return phase;
    }

    public void entered(Phase next) {
        phase = next;
    }

    /** Who observes the dial. */
    public Steps steps() {
        return steps;
    }

    // There.

    /** Trust comes before the way: what is wrong with it is wrong without a peer. */
    private void begin() {
        phase = Phase.RESOLVE;
        steps.chose(target, trail.isOwn(target));
        boolean atHome = trail.isHome(target); // credentials stay with the origin that the spec names
        Leg next;
        try {
            next = new Leg(target, UpgradeRequest.to(target, dial.spec(), dial.credential(), atHome), null);
        } catch (IllegalArgumentException unusable) {
            fail(FailureKind.INVALID_SPEC, String.valueOf(unusable.getMessage()), unusable);
            return;
        }
        leg = next;
        if (target.endpoint().secure()) {
            Settings.Tls tls = dial.spec().tls();
            readTrust(next, atHome ? tls : tls.withoutKey());
        } else {
            way.go(next);
        }
    }

    private void readTrust(Leg next, Settings.Tls tls) {
        readingTrust = true;
        trusts.context(tls)
                .whenCompleteAsync(
                        (context, thrown) -> {
                            if (!next.equals(leg)) {
                                return;
                            }
                            readingTrust = false;
                            if (thrown == null) {
                                Leg trusting = new Leg(next.target(), next.request(), context);
                                leg = trusting;
                                way.go(trusting);
                            } else {
                                untrusted(Failures.unwrap(thrown));
                            }
                        },
                        loop);
    }

    private void untrusted(Throwable thrown) {
        if (thrown instanceof TlsUnusable unusable) {
            fail(unusable.kind(), unusable.detail(), unusable);
        } else {
            fail(NettyFailures.of(thrown, phase), thrown);
        }
    }

    /** The peer asked for our certificate: what it refuses from here on may be us. */
    public void askedForOurs() {
        askedForOurs = true;
    }

    // The answer.

    public void answered(AnswerHead answer) {
        Leg asked = leg;
        if (over || asked == null) {
            return;
        }
        steps.answered(answer);
        Optional<String> location = answer.first("Location");
        if (answer.status() == SWITCHED) {
            UpgradeAnswer.check(answer, asked.request().accept(), dial.spec())
                    .ifPresentOrElse(refusal -> refuse(answer, refusal), () -> way.agreed(answer));
        } else if (Trail.isRedirect(answer.status()) && location.isPresent()) {
            redirect(answer, location.get());
        } else {
            refuse(answer, UpgradeAnswer.refusal(answer.status()));
        }
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
        leave();
        target = next;
        begin();
    }

    /**
     * The socket belongs to who says this.
     *
     * @return how long it took
     */
    public Duration opened() {
        over = true;
        deadline.stop();
        trail.arrived();
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }

    // Failures.

    public void notHttp(AnswerHead.NotHttp why) {
        fail(FailureKind.NOT_HTTP, "the answer is no HTTP: " + why.getMessage(), null);
    }

    public void peerEnded(@Nullable Throwable thrown) {
        fail(
                Failures.brokenIn(phase),
                (thrown == null
                                ? "the peer ended the connection in phase "
                                : "the connection was reset or broke in phase ")
                        + phase,
                thrown);
    }

    /**
     * There was no socket.
     *
     * @param row HANDSHAKE_BROKEN where there was one, and it was reset before anybody could use it
     */
    public void unreached(FailureKind row, String detail, @Nullable Throwable thrown) {
        if (row == FailureKind.HANDSHAKE_BROKEN) {
            phase = target.endpoint().secure() ? Phase.TLS : Phase.UPGRADE;
            peerEnded(thrown);
        } else {
            fail(row, detail, thrown);
        }
    }

    /** The name of the target cannot stand in a certificate. */
    public void unusableName(IllegalArgumentException unusable) {
        fail(FailureKind.INVALID_SPEC, "the host name cannot be used for TLS: " + unusable.getMessage(), unusable);
    }

    /**
     * Something was thrown on the way.
     *
     * @param row where the transport found it in the table
     */
    public void fail(FailureKind row, Throwable cause) {
        FailureKind kind = TlsFailures.aboutUs(row, cause, askedForOurs);
        Optional<Distrusted> refused = TlsFailures.distrusted(cause);
        refused.ifPresent(shown -> steps.showed(shown.chain()));
        TlsContext context = leg == null ? null : leg.trust();
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
                + TlsFailures.alert(cause)
                        .map(alert -> "the peer sent the alert " + alert)
                        .orElseGet(() -> cause.getClass().getSimpleName());
    }

    /** Some peers do not say that it is our certificate which they do not like. */
    private String suspicion() {
        return askedForOurs ? ", after the peer had asked for our certificate (tls.key)" : "";
    }

    public void fail(FailureKind kind, String detail, @Nullable Throwable thrown) {
        Evidence.Builder seen = evidence();
        if (thrown != null) {
            seen.thrown(thrown);
            if (kind == FailureKind.UNKNOWN) {
                WithoutRow.say(thrown);
            }
        }
        end(Failure.of(kind, detail), seen);
    }

    private void refuse(AnswerHead answer, UpgradeAnswer.Refusal refusal) {
        end(
                Failure.of(refusal.kind(), refusal.detail() + (answer.status() == BAD_REQUEST ? suspicion() : ""))
                        .hinting(UpgradeAnswer.hint(answer, Instant.now())),
                evidence().answer(answer.status(), UpgradeAnswer.explaining(answer, KnownSecrets.of(dial))));
    }

    private Evidence.Builder evidence() {
        return new Evidence.Builder().generation(dial.generation());
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
        deadline.stop();
        leave();
        failed.accept(failure.in(phase).with(seen.addresses(tried).build()));
    }

    private void leave() {
        way.leave().stream().map(Connector::shown).forEach(tried::add);
        leg = null;
        readingTrust = false;
        askedForOurs = false;
    }
}
