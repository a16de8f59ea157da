package io.flotilla.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.flotilla.spec.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the service's log goes: standard output, a line each. Standard error instead where standard output carries messages, or
 * where somebody watches a terminal, whose progress line it then steps around.
 */
final class Logging {

    private static final String LINE = "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSS'Z'\", UTC} %-5level %msg%n%ex{full}";

    private Logging() {}

    /** Before anything else: what is not ours speaks up only when something is wrong. */
    static void prepare() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context && isOurs()) {
            context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);
            context.getLogger("org.apache.pekko").setLevel(Level.WARN);
            context.getLogger("io.netty").setLevel(Level.WARN);
            write(context, "System.err", text(context, ""));
        }
    }

    static void start(Terminal terminal, Configuration configuration) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context && isOurs()) {
            write(
                    context,
                    configuration.speaksOnStdout() || terminal.isAttached() ? "System.err" : "System.out",
                    configuration.logFormat() == Configuration.LogFormat.JSON
                            ? new JsonLines()
                            : text(context, terminal.isAttached() ? Terminal.CLEAR : ""));
        }
    }

    /** Whether the operator has no log of his own. */
    private static boolean isOurs() {
        return System.getProperty("logback.configurationFile") == null;
    }

    private static Encoder<ILoggingEvent> text(LoggerContext context, String prefix) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(prefix + LINE);
        return encoder;
    }

    private static void write(LoggerContext context, String target, Encoder<ILoggingEvent> encoder) {
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget(target);
        console.setEncoder(encoder);
        console.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.addAppender(console);
    }

    /** Writes what is still to be written. */
    static void stop() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.stop();
        }
    }
}
