package io.flotilla.sink;

import io.flotilla.spec.MessagePattern;
import io.flotilla.spec.Opening;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the messages of one link for what makes it ready, or refuses it; hands all of them on. Once it is ready a message
 * costs one branch more. For the event loop of its link alone. Closing it does not close the sink behind it.
 *
 * <p>Patterns run on the event loop, so what they may cost is bounded: they see the first {@link #EXAMINED} bytes of a text, and a
 * regular expression that takes too many steps counts as not met; after {@link #UNDECIDED} of those the gate does not look for
 * regular expressions any more, and {@code timeouts.ready} decides. A binary message is only ever the first message.
 *
 * <p>Without {@code ready-when} a link is ready when it is open and {@code fail-when} is looked for as long as the link lives.
 */
public final class ReadyGate implements Sink {

    /** Bytes of a text that are looked at: nobody acknowledges in more than that. */
    static final int EXAMINED = 64 * 1024;

    /** Times that a regular expression may cost too much. */
    static final int UNDECIDED = 3;

    /** Hears what the messages say, one of these and once, on the event loop, before the message is handed on. */
    public interface Listener {
        void ready();

        void refused(Opening.FailWhen met);
    }

    private static final Logger LOG = LoggerFactory.getLogger(ReadyGate.class);

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
        private int undecided;

        Watch(Opening opening, Listener listener) {
            this.opening = opening;
            this.listener = listener;
        }

        boolean decides(Inbound message) {
            String text = message.isText() ? examined(message) : null;
            for (Opening.FailWhen fail : opening.failWhen()) {
                if (meets(fail.pattern(), text, message)) {
                    listener.refused(fail);
                    return true;
                }
            }
            if (opening.readyWhen().isPresent() && meets(opening.readyWhen().get(), text, message)) {
                listener.ready();
                return true;
            }
            return false;
        }

        private static String examined(Inbound message) {
            int end = Excerpt.wholeCharacters(message.bytes(), EXAMINED);
            return new String(message.bytes(), 0, end, StandardCharsets.UTF_8);
        }

        private boolean meets(MessagePattern pattern, @Nullable String text, Inbound message) {
            if (pattern == MessagePattern.Any.INSTANCE) {
                return true;
            }
            if (text == null) {
                return false;
            }
            return pattern instanceof MessagePattern.TextMatches regex
                    ? found(regex.pattern(), text, message)
                    : pattern.matches(text);
        }

        private boolean found(Pattern regex, String text, Inbound message) {
            if (undecided >= UNDECIDED) {
                return false;
            }
            try {
                return BoundedRegex.find(regex, text);
            } catch (BoundedRegex.Undecided e) {
                undecided++;
                LOG.warn(
                        "Regular expression {} costs too much on a {}: {}; it counts as not met ({} of {} times, then it is not looked for)",
                        regex,
                        message,
                        e.getMessage(),
                        undecided,
                        UNDECIDED);
                return false;
            }
        }
    }
}
