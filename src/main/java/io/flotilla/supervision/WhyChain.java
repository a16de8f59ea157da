package io.flotilla.supervision;

import io.flotilla.connection.ConnectionEvent;
import io.flotilla.failure.Evidence;
import io.flotilla.failure.Failure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Tells the events of a connection as evidence. Pure. */
final class WhyChain {

    private WhyChain() {}

    /** @param history the newest first */
    static List<Why.Seen> of(List<ConnectionEvent> history) {
        List<Why.Seen> oldestFirst = new ArrayList<>(history.size());
        history.forEach(event -> oldestFirst.add(new Why.Seen(event.at(), text(event))));
        Collections.reverse(oldestFirst);
        return Collections.unmodifiableList(oldestFirst);
    }

    private static String text(ConnectionEvent event) {
        if (event instanceof ConnectionEvent.Held held) {
            return "held by " + held.by().word()
                    + held.until().map(until -> " until " + Words.at(until)).orElse("");
        } else if (event instanceof ConnectionEvent.DialStarted started) {
            return "dial " + started.generation() + " to " + started.endpoint() + " began";
        } else if (event instanceof ConnectionEvent.HandshakeDone done) {
            return "its handshake was done after " + Words.span(done.handshake().took());
        } else if (event instanceof ConnectionEvent.Ready) {
            return "READY";
        } else if (event instanceof ConnectionEvent.Settled) {
            return "settled: the row of failures was over";
        } else if (event instanceof ConnectionEvent.Closing closing) {
            return "we began to close it: " + closing.why();
        } else if (event instanceof ConnectionEvent.LinkEnded ended) {
            return ended(ended);
        } else if (event instanceof ConnectionEvent.RetryScheduled retry) {
            return "dials again in " + Words.span(retry.delay()) + ": " + retry.because();
        } else if (event instanceof ConnectionEvent.GaveUp gaveUp) {
            return "given up: " + gaveUp.because();
        } else if (event instanceof ConnectionEvent.Finished finished) {
            return "done: " + finished.because();
        } else if (event instanceof ConnectionEvent.HandlerFailed handler) {
            return "user code failed: " + handler.thrown().getClass().getName();
        } else if (event instanceof ConnectionEvent.SubscribedAgain again) {
            return "no data for " + Words.span(again.silence()) + ": subscribed again";
        } else if (event instanceof ConnectionEvent.ConsumerSlow slow) {
            return "its consumer is slow: reading stopped " + slow.stalls() + " times, " + slow.dropped()
                    + " messages dropped";
        }
        return words(event.getClass().getSimpleName());
    }

    private static String ended(ConnectionEvent.LinkEnded ended) {
        Failure failure = ended.failure();
        Evidence seen = failure.evidence();
        StringBuilder text = new StringBuilder()
                .append(Words.failure(failure))
                .append(" in ")
                .append(failure.phase());
        if (seen.httpStatus() != null) {
            text.append(", HTTP ").append(seen.httpStatus());
        }
        if (seen.closeCodeReceived() != null) {
            text.append(", close code ").append(seen.closeCodeReceived());
        }
        failure.hint().ifPresent(hint -> text.append(", asked to wait ").append(Words.span(hint)));
        if (!seen.uptime().isZero()) {
            text.append(", after ")
                    .append(Words.span(seen.uptime()))
                    .append(" and ")
                    .append(seen.messagesIn())
                    .append(seen.messagesIn() == 1 ? " message" : " messages");
        }
        return text.toString();
    }

    /** {@code MessageDropped} is "message dropped". */
    private static String words(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }
}
