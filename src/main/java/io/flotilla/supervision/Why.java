package io.flotilla.supervision;

import io.flotilla.connection.ConnectionEvent;
import io.flotilla.connection.ConnectionState;
import io.flotilla.connection.HeldBy;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Repair;
import io.flotilla.failure.Scope;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Desired;
import io.flotilla.spec.FleetSettings.Limits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Why a connection is in the state that it is in, and what comes next. Sentences for people; never a secret.
 *
 * @param chain what was seen, the oldest first: as far as {@code history} reaches
 * @param rule the rule that fired, and what was made of it
 * @param next what happens next by itself
 * @param wouldChange what would change it, besides that
 * @param shared what it has in common with others
 */
public record Why(
        ConnectionId id,
        ConnectionState state,
        String summary,
        List<Seen> chain,
        String rule,
        Next next,
        List<String> wouldChange,
        Optional<Trouble> shared) {

    /** One thing that was seen. */
    public record Seen(Instant at, String text) {}

    /**
     * What happens next.
     *
     * @param at when, where that is known
     */
    public record Next(String action, Optional<Instant> at) {
        static final Next NOTHING = new Next("nothing", Optional.empty());

        static Next at(String action, Instant when) {
            return new Next(action, Optional.of(when));
        }

        static Next then(String action) {
            return new Next(action, Optional.empty());
        }
    }

    /**
     * Everything that one connection is explained by.
     *
     * @param history the newest first
     */
    public record Known(
            Status status,
            ConnectionSpec spec,
            List<ConnectionEvent> history,
            DialStats dials,
            Limits limits,
            Optional<Trouble> shared) {}

    /** Explains it. Pure. */
    public static Why of(Known known) {
        return new Explanation(known).why();
    }

    /** One explanation in the making. */
    private static final class Explanation {
        private final Known known;
        private final Status status;
        private final ConnectionSpec spec;
        private final List<String> wouldChange = new ArrayList<>();

        Explanation(Known known) {
            this.known = known;
            this.status = known.status();
            this.spec = known.spec();
        }

        Why why() {
            Said said = switch (status.state()) {
                case WAITING -> waiting();
                case DIALING -> dialing();
                case OPEN -> open();
                case READY -> ready();
                case CLOSING -> closing();
                case STOPPED -> stopped();
                case GIVEN_UP -> givenUp();
            };
            return new Why(
                    status.id(),
                    status.state(),
                    said.summary(),
                    WhyChain.of(known.history()),
                    said.rule(),
                    said.next(),
                    List.copyOf(wouldChange),
                    known.shared());
        }

        private record Said(String summary, String rule, Next next) {}

        // The states, in the order of a life.

        private Said waiting() {
            Optional<HeldBy> by = status.heldBy();
            if (by.isEmpty()) {
                return new Said("It has just begun, and asks for its turn to dial.", noFailure(), Next.then("dial"));
            }
            return switch (by.get()) {
                case BACKOFF -> backingOff();
                case HINT -> hinted();
                case LIMIT -> limited();
                case BREAKER -> broken();
                case PAUSED -> paused();
                case CREDENTIAL -> credentialAwaited();
            };
        }

        private Said backingOff() {
            Next next = dialAt();
            cures(next);
            wouldChange.add("dial-now " + status.id() + ": it skips this wait");
            return new Said("It waits out the delay that " + last() + " earned" + inARow() + ".", rule(), next);
        }

        private Said hinted() {
            Next next = dialAt();
            wouldChange.add("nothing before " + next.at().map(Words::at).orElse("the peer's time is over")
                    + ": the peer asked for the wait, and dial-now does not skip it");
            cures(next);
            return new Said("It waits as long as the peer asked for with " + last() + inARow() + ".", rule(), next);
        }

        private Said limited() {
            wouldChange.add("its turn: " + known.dials().waiting() + " wait, "
                    + known.dials().lastSecond() + " dials began in the last second; " + limits());
            wouldChange.add("a higher priority than " + spec.priority());
            return new Said(
                    "It waits for its turn to dial [" + status.host() + "]: a limit holds it, which is no failure.",
                    ruleOr("limits: waiting for a turn is no failure"),
                    Next.then("dial, when its turn comes"));
        }

        private Said broken() {
            Optional<Instant> probe = known.dials().breakerOf(status.host()).flatMap(DialStats.OpenBreaker::probeAt);
            wouldChange.add(
                    probe.map(at -> "the breaker of " + status.host() + " lets a probe through at " + Words.at(at))
                            .orElse("the probe of " + status.host() + " that is out finding it well"));
            return new Said(
                    "It waits for [" + status.host() + "], which answers nobody: its breaker is open.",
                    ruleOr("limits.breaker: " + failures() + " failed to open there and none opened in between"),
                    probe.map(at -> Next.at("one connection dials " + status.host() + ", for all", at))
                            .orElse(Next.then("the probe of " + status.host() + " comes back")));
        }

        private String failures() {
            return known.limits().breaker().failures().isPresent()
                    ? known.limits().breaker().failures().getAsInt() + " connections"
                    : "connections";
        }

        private Said paused() {
            Optional<Instant> probe = known.dials().probeAt();
            wouldChange.add(probe.map(at -> "the probe of the fleet at " + Words.at(at) + " finding a way")
                    .orElse("the probe of the fleet that is out finding a way"));
            return new Said(
                    "It waits because nobody dials: the trouble is on our side, and no peer is to blame.",
                    ruleOr("limits.pause: this machine lacks something, or no host can be reached"),
                    probe.map(at -> Next.at("one connection dials, for all", at))
                            .orElse(Next.then("the probe of the fleet comes back")));
        }

        private Said credentialAwaited() {
            String what = spec.credential()
                    .map(name -> "credential [" + name + "]")
                    .or(() -> spec.uriFrom().map(name -> "uri provider [" + name + "]"))
                    .orElse("what it repairs");
            wouldChange.add("an answer of " + what);
            return new Said(
                    "It waits for " + what + ", which it needs for its next dial.",
                    ruleOr("none: nothing has failed"),
                    Next.then("dial, once it is there"));
        }

        private Said dialing() {
            Instant deadline = status.since().plus(spec.timeouts().dial());
            wouldChange.add("[" + status.host() + "] answering before " + Words.at(deadline));
            return new Said(
                    "It dials [" + status.host() + "]" + afterFailures() + ".",
                    ruleOr("none: nothing has failed"),
                    Next.at("it is open, or has failed", deadline));
        }

        private Said open() {
            Instant deadline = status.since().plus(spec.timeouts().ready());
            wouldChange.add("a message that meets ready-when");
            return new Said(
                    "Its handshake is done, and what makes it ready (ready-when) has not come yet.",
                    ruleOr("none: nothing has failed"),
                    Next.at("READY_TIMEOUT, unless it is ready before", deadline));
        }

        private Said ready() {
            status.degraded().forEach(reason -> wouldChange.add("the end of what holds it back: " + reason));
            return new Said(
                    status.degraded().isEmpty()
                            ? "It is READY since " + Words.at(status.readyAt().orElse(status.since())) + "."
                            : "It is READY, and its messages are held back: " + String.join("; ", status.degraded())
                                    + ".",
                    "none: nothing is wrong with its link",
                    Next.NOTHING);
        }

        private Said closing() {
            Instant deadline = status.since().plus(spec.timeouts().close());
            wouldChange.add("the close frame of the peer");
            String why = known.history().stream()
                    .filter(ConnectionEvent.Closing.class::isInstance)
                    .map(event -> ((ConnectionEvent.Closing) event).why())
                    .map(kind -> ": " + kind + ", " + kind.meaning())
                    .findFirst()
                    .orElse("");
            return new Said(
                    "We are closing it" + why + ".",
                    "timeouts.close: a close has a deadline, after which the socket is aborted",
                    Next.at(
                            status.desired() == Desired.UP ? "its socket ends, then it goes on" : "its socket ends",
                            deadline));
        }

        private Said stopped() {
            wouldChange.add("start " + status.id());
            String done = known.history().stream()
                    .limit(2) // before it come only the end of the link and of the actor
                    .filter(ConnectionEvent.Finished.class::isInstance)
                    .map(event -> ": " + ((ConnectionEvent.Finished) event).because())
                    .findFirst()
                    .orElse("");
            return new Said("It is wanted down" + done + ".", "none: it is not wanted up", Next.NOTHING);
        }

        private Said givenUp() {
            wouldChange.add("start " + status.id());
            wouldChange.add("a changed spec");
            if (isOfCredential()) {
                spec.credential().ifPresent(name -> wouldChange.add(changed(name)));
            }
            return new Said("It is given up after " + last() + ": " + status.because() + ".", rule(), Next.NOTHING);
        }

        // What they have in common.

        private Next dialAt() {
            return status.nextDialAt()
                    .map(at -> Next.at("dial [" + status.host() + "]", at))
                    .orElse(Next.then("dial [" + status.host() + "]"));
        }

        /** What would make the next dial a better one than the last. */
        private void cures(Next next) {
            FailureKind kind = status.lastFailure().map(Failure::kind).orElse(FailureKind.UNKNOWN);
            String dial = next.at().map(at -> "; next dial at " + Words.at(at)).orElse("");
            if (isOfCredential() && spec.credential().isPresent()) {
                wouldChange.add(changed(spec.credential().get()));
            }
            wouldChange.add(
                    switch (kind) {
                        case NAME_NOT_FOUND, NAME_LOOKUP_FAILED ->
                            "the name of [" + status.host() + "] being found" + dial;
                        case UNREACHABLE, CONNECT_TIMEOUT -> "a way to [" + status.host() + "]" + dial;
                        case LOCAL_RESOURCES -> "descriptors, buffers and ports becoming free on this machine" + dial;
                        case TLS_CERTIFICATE_DATE ->
                            "a certificate of [" + status.host() + "] that is valid now" + dial;
                        case CREDENTIAL_UNAVAILABLE -> "the provider of the credential answering" + dial;
                        case PROXY_UNREACHABLE, PROXY_AUTHENTICATION, PROXY_FORBIDDEN ->
                            "the proxy letting it through" + dial;
                        case READY_TIMEOUT -> "the peer sending what meets ready-when" + dial;
                        case MESSAGE_TOO_BIG -> "a larger receive.max-message, or smaller messages" + dial;
                        case SLOW_CONSUMER -> "a consumer that keeps up" + dial;
                        default -> "the peer accepting again" + dial;
                    });
        }

        private static String changed(String credential) {
            return "a changed credential [" + credential + "]";
        }

        private boolean isOfCredential() {
            return status.lastFailure()
                    .filter(failure -> failure.scope() == Scope.CREDENTIAL
                            || failure.treatment()
                                    .ruling()
                                    .repair()
                                    .filter(Repair.CREDENTIAL::equals)
                                    .isPresent())
                    .isPresent();
        }

        private String last() {
            return status.lastFailure().map(Words::failure).orElse("its last failure");
        }

        private String inARow() {
            return status.failuresInARow() > 1 ? ", the " + nth(status.failuresInARow()) + " failure in a row" : "";
        }

        private String afterFailures() {
            return status.failuresInARow() > 0
                    ? ", after "
                            + (status.failuresInARow() == 1
                                    ? "a failure"
                                    : status.failuresInARow() + " failures in a row")
                            + ", the last one " + last()
                    : "";
        }

        private static String nth(int number) {
            int tens = number % 100;
            boolean teens = tens >= 11 && tens <= 13;
            return number
                    + switch (teens ? 0 : number % 10) {
                        case 1 -> "st";
                        case 2 -> "nd";
                        case 3 -> "rd";
                        default -> "th";
                    };
        }

        /** The rule behind the last failure, as long as its row is not over. */
        private String ruleOr(String otherwise) {
            return status.failuresInARow() > 0 && status.lastFailure().isPresent() ? rule() : otherwise;
        }

        private String rule() {
            return status.lastFailure()
                    .map(failure -> failure.rule() + ": " + failure.kind() + " is " + failure.treatment()
                            + (status.because().isEmpty() ? "" : "; " + status.because()))
                    .orElse(noFailure());
        }

        private static String noFailure() {
            return "none: nothing has failed";
        }

        private String limits() {
            return rate(known.limits().dialsPerSecond(), "limits.dials-per-second") + ", "
                    + rate(known.limits().hostDialsPerSecond(), "limits.per-host.dials-per-second");
        }

        private static String rate(OptionalDouble rate, String key) {
            if (rate.isEmpty()) {
                return key + " is off";
            }
            double value = rate.getAsDouble();
            return key + " is " + (value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value));
        }
    }
}
