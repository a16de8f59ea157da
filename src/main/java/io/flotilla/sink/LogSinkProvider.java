package io.flotilla.sink;

import io.flotilla.spec.Block;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/** {@code type = log}: a line of the log for a message, cut short, and only so many of them. */
public final class LogSinkProvider implements SinkProvider {

    /** The logger of messages, on INFO. */
    static final String LOGGER = "io.flotilla.messages";

    private static final Pattern SHARE = Pattern.compile("\\s*1\\s*(?:/\\s*(\\d{1,9})\\s*)?");

    @Override
    public String type() {
        return "log";
    }

    @Override
    public Opener read(Block settings) {
        LogSink.Settings log = new LogSink.Settings((int) settings.bytes("truncate", 200, 65536), share(settings), (int)
                settings.number("per-second", 10, 1, 100_000));
        return context -> new LogSink(context.name(), LoggerFactory.getLogger(LOGGER), log, System::nanoTime);
    }

    private static long share(Block settings) {
        Matcher share = SHARE.matcher(settings.text("sample").orElse("1"));
        String every = share.matches() ? (share.group(1) == null ? "1" : share.group(1)) : "0";
        if (Long.parseLong(every) < 1) {
            settings.problem("sample", "a share such as 1/100 (one of a hundred), or 1 (all)", true);
            return 1;
        }
        return Long.parseLong(every);
    }
}
