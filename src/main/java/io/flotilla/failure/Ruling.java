package io.flotilla.failure;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A verdict as a rule states it: the verdict, and what to repair where it is {@link Verdict#REPAIRABLE}. */
public enum Ruling {
    TRANSIENT(Verdict.TRANSIENT),
    TRANSIENT_HINTED(Verdict.TRANSIENT_HINTED),
    REPAIR_CREDENTIAL(Verdict.REPAIRABLE, Repair.CREDENTIAL),
    REPAIR_ENDPOINT(Verdict.REPAIRABLE, Repair.ENDPOINT),
    REPAIR_SESSION(Verdict.REPAIRABLE, Repair.SESSION),
    /** Slow lane, never given up by time. */
    SUSPECT(Verdict.SUSPECT),
    /** Slow lane, given up after {@code retry.slow-lane.give-up}. */
    SUSPECT_BOUNDED(Verdict.SUSPECT),
    PERMANENT(Verdict.PERMANENT),
    DONE(Verdict.DONE);

    private final Verdict verdict;
    private final Optional<Repair> repair;

    Ruling(Verdict verdict) {
        this.verdict = verdict;
        this.repair = Optional.empty();
    }

    Ruling(Verdict verdict, Repair repair) {
        this.verdict = verdict;
        this.repair = Optional.of(repair);
    }

    public Verdict verdict() {
        return verdict;
    }

    public Optional<Repair> repair() {
        return repair;
    }

    /** Its word in configuration, such as {@code repair-credential}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The ruling of that word, if there is one. */
    public static Optional<Ruling> ofWord(String word) {
        return Arrays.stream(values())
                .filter(ruling -> ruling.word().equals(word))
                .findFirst();
    }

    /** Every word that configuration may use, in the order of the table of verdicts. */
    public static List<String> words() {
        return Arrays.stream(values()).map(Ruling::word).toList();
    }
}
