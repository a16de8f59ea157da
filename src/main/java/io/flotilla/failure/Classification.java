package io.flotilla.failure;

import java.util.Optional;

/** How one connection judges: overrides before the dialect, the dialect before the table; a hook has the last word. */
public record Classification(Dialect dialect, Overrides overrides, Optional<Classifier> hook) {

    /** The table as it stands. */
    public static final Classification STANDARD =
            new Classification(Dialect.STANDARD, Overrides.NONE, Optional.empty());

    /**
     * The failure with the treatment that is in force for it.
     *
     * @throws RuntimeException whatever the hook throws; the caller reports it as the handler's
     */
    public Failure judge(Failure seen) {
        Failure ruled = withoutHook(seen);
        return hook.flatMap(user -> user.classify(ruled))
                .map(ruling -> ruled.ruled(ruled.treatment().instead(ruling), "classifier"))
                .orElse(ruled);
    }

    /** The failure as table, dialect and overrides have it. */
    public Failure withoutHook(Failure seen) {
        return overrides
                .rulingFor(seen)
                .map(rule -> seen.ruled(seen.treatment().instead(rule.ruling()), "override " + rule.matcher()))
                .or(() -> dialect.rules()
                        .rulingFor(seen)
                        .map(rule -> seen.ruled(
                                seen.treatment().instead(rule.ruling()), dialect.word() + " " + rule.matcher())))
                .orElse(seen);
    }
}
