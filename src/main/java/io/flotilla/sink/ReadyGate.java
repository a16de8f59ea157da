package io.flotilla.sink;

import io.flotilla.spec.MessagePattern;
import io.flotilla.spec.Opening;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Watches the messages of one link for what makes it ready, or refuses it; hands all of them on. Once it is ready a message
 * costs one branch more. For the event loop of its link alone.
 *
 * <p>Looks at text messages of at most {@link #EXAMINED} bytes: a pattern runs on the event loop. Binary messages count as the
 * first message and match nothing else.
 */
public final class ReadyGate implements Sink {

    /** Longer messages are handed on without a look: nobody acknowledges in that many bytes. */
    static final int EXAMINED = 64 * 1024;

    /** Hears what the messages say, each at most once, on the event loop. */
    public interface Listener {
        void ready();

        void refused(Opening.FailWhen met);
    }

    private final Sink inner;
    private final Listener listener;
    private @Nullable Opening watched;

    public ReadyGate(Opening opening, Sink inner, Listener listener) {
        this.watched = opening;
        this.inner = inner;
        this.listener = listener;
    }

    @Override
    public CompletionStage<Void> accept(Inbound message) {
        Opening opening = watched;
        if (opening != null) {
            look(opening, message);
        }
        return inner.accept(message);
    }

    private void look(Opening opening, Inbound message) {
        if (message.size() > EXAMINED) {
            return;
        }
        for (Opening.FailWhen fail : opening.failWhen()) {
            if (meets(fail.pattern(), message)) {
                watched = null;
                listener.refused(fail);
                return;
            }
        }
        if (opening.readyWhen().filter(pattern -> meets(pattern, message)).isPresent()) {
            watched = null;
            listener.ready();
        }
    }

    private static boolean meets(MessagePattern pattern, Inbound message) {
        if (pattern == MessagePattern.Any.INSTANCE) {
            return true;
        }
        try {
            return message.isText() && pattern.matches(message.text());
        } catch (StackOverflowError deepRegex) {
            return false; // a pattern that cannot be decided is not met: ready-when then ends in its deadline
        }
    }
}
