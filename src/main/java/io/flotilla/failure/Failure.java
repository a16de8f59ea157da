package io.flotilla.failure;

import java.time.Duration;
import java.util.Optional;

/**
 * One classified failure: its row, what a rule prescribes for it, and what was seen.
 *
 * @param treatment what is prescribed: the row's own, or that of the rule that fired
 * @param rule the rule that fired, such as {@code table} or {@code override close:4401}
 * @param phase how far the attempt had come
 * @param detail one sentence for people, on one line; never a header, never a secret
 * @param hint how long the peer asked us to wait, uncapped
 * @param inForce what of the treatment it comes to: repetition, or a repair that there are no means for, makes another ruling of its first one
 */
public record Failure(
        FailureKind kind,
        Treatment treatment,
        String rule,
        Phase phase,
        Origin origin,
        String detail,
        Optional<Duration> hint,
        Evidence evidence,
        Ruling inForce) {

    private static final String TABLE = "table";

    public Failure {
        detail = OneLine.of(detail);
    }

    /** The failure as the table has it. */
    public static Failure of(FailureKind kind, String detail) {
        return of(kind, detail, Evidence.NONE);
    }

    /** The failure as the table has it, with what was seen. */
    public static Failure of(FailureKind kind, String detail, Evidence evidence) {
        return new Failure(
                kind,
                kind.treatment(),
                TABLE,
                kind.phase(),
                kind.origin(),
                detail,
                Optional.empty(),
                evidence,
                kind.treatment().ruling());
    }

    /** The failure as met in this phase. */
    public Failure in(Phase met) {
        return new Failure(kind, treatment, rule, met, origin, detail, hint, evidence, inForce);
    }

    /** The failure as arisen on this side. */
    public Failure from(Origin side) {
        return new Failure(kind, treatment, rule, phase, side, detail, hint, evidence, inForce);
    }

    /** The failure with what the peer asked for. */
    public Failure hinting(Optional<Duration> wait) {
        return new Failure(kind, treatment, rule, phase, origin, detail, wait, evidence, inForce);
    }

    /** The failure as a rule has it that stands before the table. */
    public Failure ruled(Treatment other, String by) {
        return new Failure(kind, other, by, phase, origin, detail, hint, evidence, other.ruling());
    }

    /** The failure with what was seen in the end. */
    public Failure with(Evidence seen) {
        return new Failure(kind, treatment, rule, phase, origin, detail, hint, seen, inForce);
    }

    /** The failure with what its treatment comes to. */
    public Failure comingTo(Ruling ruling) {
        return new Failure(kind, treatment, rule, phase, origin, detail, hint, evidence, ruling);
    }

    public Scope scope() {
        return kind.scope();
    }

    /** Whether no dialect, override or hook had anything to say. */
    public boolean ruledByTable() {
        return rule.equals(TABLE);
    }

    /** The verdict in force. */
    public Verdict verdict() {
        return inForce.verdict();
    }

    @Override
    public String toString() {
        return kind + " (" + detail + ")";
    }
}
