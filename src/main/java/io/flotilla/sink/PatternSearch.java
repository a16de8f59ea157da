package io.flotilla.sink;

import io.flotilla.spec.MessagePattern;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for patterns in the messages of one link at a bounded cost, since it does so on an event loop: patterns see the first
 * {@link #EXAMINED} bytes of a text, and a regular expression that takes too many steps counts as not met; after {@link #UNDECIDED}
 * of those regular expressions are not looked for any more. A binary message meets {@link MessagePattern.Any} alone.
 */
public final class PatternSearch {

    /** Bytes of a text that are looked at: nobody acknowledges in more than that. */
    public static final int EXAMINED = 64 * 1024;

    /** Times that a regular expression may cost too much. */
    static final int UNDECIDED = 3;

    private static final Logger LOG = LoggerFactory.getLogger(PatternSearch.class);

    private int undecided;

    /** What patterns see of a message; null when it is binary. */
    public static @Nullable String examined(Inbound message) {
        return message.isText() ? examined(message.bytes()) : null;
    }

    /** What patterns see of a text. */
    public static String examined(byte[] utf8) {
        return new String(utf8, 0, Excerpt.wholeCharacters(utf8, EXAMINED), StandardCharsets.UTF_8);
    }

    /**
     * Whether the message is such a one.
     *
     * @param text what {@link #examined} made of the message
     * @param message names it in the log
     */
    public boolean meets(MessagePattern pattern, @Nullable String text, Object message) {
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

    private boolean found(Pattern regex, String text, Object message) {
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
