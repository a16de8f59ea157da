package io.flotilla.transport;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Phase;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** One way in which a peer makes a link end, and the row of the table that it must be. */
record ContractRow(
        String name,
        FailureKind kind,
        Phase phase,
        Function<Ground, Dialed> bringAbout,
        BiConsumer<Ground, Failure> more) {

    static ContractRow row(FailureKind kind, Phase phase, String name, Function<Ground, Dialed> bringAbout) {
        return new ContractRow(name, kind, phase, bringAbout, (ground, failure) -> {});
    }

    /** The same, with more to see in the failure. */
    ContractRow and(BiConsumer<Ground, Failure> look) {
        return new ContractRow(name, kind, phase, bringAbout, look);
    }

    @Override
    public String toString() {
        return kind + ": " + name;
    }
}
