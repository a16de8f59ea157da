package io.flotilla.sink;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

@Timeout(60)
class LogSinkTest {

    private final Logger log = (Logger) LoggerFactory.getLogger("test.messages");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final AtomicLong nanos = new AtomicLong();

    @BeforeEach
    void listen() {
        lines.start();
        log.setAdditive(false);
        log.setLevel(Level.INFO);
        log.addAppender(lines);
    }

    @AfterEach
    void listenNoMore() {
        log.detachAndStopAllAppenders();
    }

    private LogSink sink(int truncate, long every, int perSecond) {
        return new LogSink("test", log, new LogSink.Settings(truncate, every, perSecond), nanos::get);
    }

    private List<String> logged() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void logsTextWithItsIdAndBytesByTheirNumber() {
        LogSink sink = sink(200, 1, 100);
        sink.accept(Some.text("BTC", 3, "{} is no placeholder"));
        sink.accept(Some.bytes((byte) 1, (byte) 2));
        sink.close();
        assertThat(logged()).containsExactly("BTC: {} is no placeholder", "quotes: 2 bytes");
        assertThat(lines.list.get(0).getKeyValuePairs())
                .extracting(pair -> pair.key + "=" + pair.value)
                .containsExactly("id=BTC", "generation=3");
    }

    @ParameterizedTest(name = "[{0}] cut at {1} bytes")
    @CsvSource({
        "abc, 3, abc",
        "abcd, 3, abc… (4 bytes)",
        "aä, 2, a… (3 bytes)",
        "aä, 3, aä",
        "😀😀, 7, 😀… (8 bytes)",
        "😀, 3, … (4 bytes)"
    })
    void cutsNoCharacter(String text, int truncate, String shown) {
        assertThat(Excerpt.of(Some.text(text), truncate)).isEqualTo(shown);
    }

    @Test
    void aMessageForgesNoLine() {
        assertThat(Excerpt.of(Some.text("a\n2026-01-01 ERROR b"), 200)).isEqualTo("a\\u000a2026-01-01 ERROR b");
    }

    @Test
    void showsAShareAndSaysWhatItLeftOut() {
        LogSink sink = sink(200, 10, 1000);
        for (int i = 0; i < 100; i++) {
            sink.accept(Some.text("" + i));
        }
        sink.close();
        assertThat(logged())
                .containsExactly(
                        "quotes: 0",
                        "quotes: 10",
                        "quotes: 20",
                        "quotes: 30",
                        "quotes: 40",
                        "quotes: 50",
                        "quotes: 60",
                        "quotes: 70",
                        "quotes: 80",
                        "quotes: 90",
                        "90 messages were left out: sink test shows one of 10, at most 1000 a second");
    }

    @Test
    void showsOnlySoManyASecond() {
        LogSink sink = sink(200, 1, 2);
        for (int second = 0; second < 3; second++) {
            for (int i = 0; i < 5; i++) {
                sink.accept(Some.text(second + "." + i));
            }
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        }
        sink.close();
        assertThat(logged())
                .containsExactly(
                        "quotes: 0.0",
                        "quotes: 0.1",
                        "quotes: 1.0",
                        "quotes: 1.1",
                        "quotes: 2.0",
                        "quotes: 2.1",
                        "9 messages were left out: sink test shows one of 1, at most 2 a second");
    }

    @Test
    void aLogThatBlocksHoldsUpNobody() {
        CountDownLatch release = new CountDownLatch(1);
        AppenderBase<ILoggingEvent> blocks = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                Some.await(release);
            }
        };
        blocks.start();
        log.addAppender(blocks);
        LogSink sink = sink(200, 1, 100_000);
        for (int i = 0; i < 10_000; i++) {
            assertThat((Object) sink.accept(Some.text("" + i))).isSameAs(Sink.MORE);
        }
        release.countDown();
        sink.close();
        assertThat(logged().get(logged().size() - 1)).contains("messages were left out");
    }
}
