package io.flotilla.failure;

import java.time.Duration;
import java.util.Optional;

/**
 * One classified failure: its row, what a rule prescribes for it, and what was seen.
 *
 * @param treatment what is prescribed: the row's own, or that of the rule that fired
 * @param rule the rule that fired, such as {@code table} or {@code override close:4401}
 * @param phase how far the attempt had come
 * @param detail one sentence for people; never a header, never a secret
 * @param hint how long the peer asked us to wait, uncapped
 */
public record Failure(
        FailureKind kind,
        Treatment treatment,
        String rule,
        Phase phase,
        Origin origin,
        String detail,
        Optional<Duration> hint,
        Evidence evidence) {

    /** The failure as the table has it. */
    public static Failure of(FailureKind kind, String detail) {
        return of(kind, detail, Evidence.NONE);
    }

    /** The failure as the table has it, with what was seen. */
    public static Failure of(FailureKind kind, String detail, Evidence evidence) {
        return new Failure(
                kind, kind.treatment(), "table", kind.phase(), kind.origin(), detail, Optional.empty(), evidence);
    }

    public Failure in(Phase met) {
        return new Failure(kind, treatment, rule, met, origin, detail, hint, evidence);
    }

    public Failure from(Origin side) {
        return new Failure(kind, treatment, rule, phase, side, detail, hint, evidence);
    }

    public Failure hinting(Optional<Duration> wait) {
        return new Failure(kind, treatment, rule, phase, origin, detail, wait, evidence);
    }

    public Failure ruled(Treatment other, String by) {
        return new Failure(kind, other, by, phase, origin, detail, hint, evidence);
    }

    public Failure with(Evidence seen) {
        return new Failure(kind, treatment, rule, phase, origin, detail, hint, seen);
    }

    public Scope scope() {
        return kind.scope();
    }

    /** The verdict before repetition and repairs are looked at. */
    public Verdict verdict() {
        return treatment.ruling().verdict();
    }

    @Override
    public String toString() {
        return kind + " (" + detail + ")";
    }
}
