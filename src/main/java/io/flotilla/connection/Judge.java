package io.flotilla.connection;

import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Repair;
import io.flotilla.failure.Scope;
import io.flotilla.failure.Verdict;
import io.flotilla.policy.RetryPolicy;
import io.flotilla.spec.ConnectionSpec;
import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;

/** What a failure means to one connection: its own classification, its own history, its own means against it. */
record Judge(ConnectionSpec spec, Carried carried, Surroundings around) {

    /** Kinds that say nothing of a peer while nobody can be reached. */
    private static final Set<FailureKind> NO_WAY =
            Set.of(FailureKind.UNREACHABLE, FailureKind.NAME_LOOKUP_FAILED, FailureKind.CONNECT_TIMEOUT);

    /** @param broken hears what a classifier of the embedder throws; the failure is classified without it then */
    Failure classify(Failure seen, Consumer<Throwable> broken) {
        Failure failure = ruled(seen, broken);
        return failure.comingTo(
                policy().inForce(failure, carried.history(), around.clock().instant(), new OwnMeans(failure)));
    }

    private Failure ruled(Failure seen, Consumer<Throwable> broken) {
        try {
            return spec.classify().judge(seen);
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError thrown) {
            broken.accept(thrown);
            return spec.classify().withoutHook(seen);
        }
    }

    /** No peer is to blame, and so the row of failures does not grow. */
    boolean isOurs(Failure failure) {
        return failure.verdict() == Verdict.TRANSIENT
                && (failure.kind().scope() == Scope.FLEET
                        || (NO_WAY.contains(failure.kind()) && around.permits().paused()));
    }

    RetryPolicy.Judged judge(Failure failure, Instant now) {
        return policy().judge(failure, carried.history(), now, new OwnMeans(failure), around.random());
    }

    private RetryPolicy policy() {
        return new RetryPolicy(spec.retry(), spec.normalCloseIsDone());
    }

    /** What could be done about a failure. */
    private final class OwnMeans implements RetryPolicy.Means {
        private final Failure failure;

        OwnMeans(Failure failure) {
            this.failure = failure;
        }

        @Override
        public boolean repairs(Repair repair) {
            return around.repairs().offers(spec, failure, repair);
        }

        @Override
        public boolean hasAnotherUri() {
            return carried.way().filter(Way::hasAnother).isPresent();
        }

        @Override
        public boolean hasUntriedUri() {
            return carried.way().filter(Way::hasUntried).isPresent();
        }
    }
}
