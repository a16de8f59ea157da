package io.flotilla;

import io.flotilla.connection.Outbox;
import io.flotilla.connection.SendOutcome;
import io.flotilla.connection.SendTally;
import io.flotilla.spec.ConnectionId;
import io.flotilla.supervision.Registry;
import io.flotilla.supervision.StatusBoard;
import io.flotilla.transport.Frame;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Offers messages to the outboxes of connections, past every mailbox.
 *
 * @param told where user code hears what became of a message that was taken: not the event loop
 */
record Sending(Registry.Book registry, StatusBoard board, SendTally tally, Executor told) {

    /** Completes with what became of the message, never fails. */
    CompletionStage<SendOutcome> send(ConnectionId id, Frame frame) {
        Optional<Outbox> outbox = registry.find(id).map(Registry.Entry::outbox);
        if (outbox.isEmpty()) {
            tally.refused();
            return CompletableFuture.completedStage(absent(id));
        }
        CompletableFuture<SendOutcome> answer = new CompletableFuture<>();
        outbox.get().offer(frame, outcome -> {
            if (outcome instanceof SendOutcome.Refused) {
                answer.complete(outcome);
            } else {
                answer.completeAsync(() -> outcome, told);
            }
        });
        return answer;
    }

    private SendOutcome absent(ConnectionId id) {
        return board.find(id)
                .<SendOutcome>map(status ->
                        new SendOutcome.Refused(SendOutcome.Reason.CLOSED, "the connection is " + status.state()))
                .orElseGet(() -> new SendOutcome.Refused(
                        SendOutcome.Reason.UNKNOWN_CONNECTION, "there is no connection [" + id + "]"));
    }
}
