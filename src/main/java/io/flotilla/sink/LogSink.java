package io.flotilla.sink;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs messages: at most so many a second, each cut after so many characters; says how many it left out. */
final class LogSink implements Sink {

    private static final Logger LOG = LoggerFactory.getLogger("io.flotilla.messages");

    private final int truncate;
    private final int perSecond;
    private final AtomicLong second = new AtomicLong();
    private final AtomicLong logged = new AtomicLong();
    private final AtomicLong leftOut = new AtomicLong();

    LogSink(int truncate, int perSecond) {
        this.truncate = truncate;
        this.perSecond = perSecond;
    }

    @Override
    public CompletionStage<Void> accept(Inbound message) {
        long now = System.nanoTime() / 1_000_000_000L;
        long then = second.get();
        if (now != then && second.compareAndSet(then, now)) {
            logged.set(0);
            long missed = leftOut.getAndSet(0);
            if (missed > 0) {
                LOG.info("{} messages were left out: sink log says at most {} a second", missed, perSecond);
            }
        }
        if (logged.incrementAndGet() > perSecond) {
            leftOut.incrementAndGet();
        } else {
            LOG.atInfo()
                    .addKeyValue("id", message.id())
                    .addKeyValue("generation", message.generation())
                    .log(shown(message));
        }
        return MORE;
    }

    private String shown(Inbound message) {
        if (!message.isText()) {
            return message.size() + " bytes";
        }
        String text = message.text();
        int end = text.length() <= truncate ? text.length() : truncate;
        if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        StringBuilder line = new StringBuilder(end + 16);
        text.substring(0, end).chars().forEach(c -> {
            if (Character.isISOControl(c)) {
                line.append(String.format("\\u%04x", c));
            } else {
                line.append((char) c);
            }
        });
        return end < text.length()
                ? line.append("… (").append(message.size()).append(" bytes)").toString()
                : line.toString();
    }
}
