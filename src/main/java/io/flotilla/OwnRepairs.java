package io.flotilla;

import io.flotilla.connection.Surroundings;
import io.flotilla.credential.Credentials;
import io.flotilla.credential.Credentials.Prepared;
import io.flotilla.failure.Failure;
import io.flotilla.failure.FailureKind;
import io.flotilla.failure.Repair;
import io.flotilla.spec.ConnectionSpec;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Repairs what there are means for. */
record OwnRepairs(FleetParts parts, Credentials credentials) implements Surroundings.Repairs {

    @Override
    public CompletionStage<Boolean> repair(ConnectionSpec spec, Prepared dialled, Failure failure, Repair repair) {
        if (repair == Repair.ENDPOINT && spec.uriFrom().isPresent()) {
            return credentials
                    .elsewhere(spec, dialled, failure)
                    .thenApply(other -> other || failure.kind() == FailureKind.MISDIRECTED);
        }
        if (repair == Repair.CREDENTIAL && Surroundings.Repairs.ofKey(failure)) {
            return parts.transport(spec.transport()).renewKey(dialled.spec(), failure);
        }
        return repair == Repair.CREDENTIAL && spec.credential().isPresent()
                ? credentials.repair(dialled)
                : CompletableFuture.completedStage(true);
    }
}
