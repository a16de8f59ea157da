package io.flotilla.sink;

import io.flotilla.spec.Opening;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Watches the messages of one link for what makes it ready, or refuses it; hands all of them on. Once it is ready a message
 * costs one branch more. For the event loop of its link alone. Closing it does not close the sink behind it.
 *
 * <p>Patterns cost no more than a {@link PatternSearch} lets them: once it does not look for regular expressions any more,
 * {@code timeouts.ready} decides.
 *
 * <p>Without {@code ready-when} a link is ready when it is open and {@code fail-when} is looked for as long as the link lives.
 */
public final class ReadyGate implements Sink {

    /** Hears what the messages say, one of these and once, on the event loop, before the message is handed on. */
    public interface Listener {
        void ready();

        void refused(Opening.FailWhen met);
    }

    private final Sink inner;
    private @Nullable Watch watch;

    public ReadyGate(Opening opening, Sink inner, Listener listener) {
        this.inner = inner;
        this.watch = new Watch(opening, listener);
    }

    @Override
    public CompletionStage<Void> accept(Inbound message) {
        if (watch != null && watch.decides(message)) {
            watch = null;
        }
        return inner.accept(message);
    }

    /** What is needed only until it is decided. */
    private static final class Watch {
        private final Opening opening;
        private final Listener listener;
        private final PatternSearch search = new PatternSearch();

        Watch(Opening opening, Listener listener) {
            this.opening = opening;
            this.listener = listener;
        }

        boolean decides(Inbound message) {
            String text = PatternSearch.examined(message);
            for (Opening.FailWhen fail : opening.failWhen()) {
                if (search.meets(fail.pattern(), text, message)) {
                    listener.refused(fail);
                    return true;
                }
            }
            if (opening.readyWhen().isPresent()
                    && search.meets(opening.readyWhen().get(), text, message)) {
                listener.ready();
                return true;
            }
            return false;
        }
    }
}
