package io.flotilla.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SightTest {

    @Test
    void readsWhatIsRememberedForThoseWhoLook() {
        Configuration read = Conf.read("""
                metrics { tag-by = [desk, site-of], max-series = 7 }
                incidents.kept = 50
                recorder.memory = 1MiB
                log.format = json
                """);
        assertThat(read.check().settings().sight())
                .isEqualTo(
                        new FleetSettings.Sight(new FleetSettings.Metrics(List.of("desk", "site-of"), 7), 50, 1 << 20));
        assertThat(read.logFormat()).isEqualTo(Configuration.LogFormat.JSON);
    }

    @Test
    void theDefaultsAreThoseOfTheReference() {
        Configuration read = Conf.read("");
        assertThat(read.check().settings().sight()).isEqualTo(FleetSettings.Sight.DEFAULT);
        assertThat(read.logFormat()).isEqualTo(Configuration.LogFormat.TEXT);
        assertThat(Conf.connection("").record()).isZero();
    }

    @ParameterizedTest(name = "record = {0}")
    @CsvSource({"off, 0", "on, 65536", "true, 65536", "8KiB, 8192", "1MiB, 1048576"})
    void recordIsASwitchOrASize(String value, long bytes) {
        assertThat(Conf.connection("record = " + value).record()).isEqualTo(bytes);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "metrics.tag-by = [kind]|flotilla.conf: 2: [flotilla.metrics.tag-by]: label [kind] cannot be a tag: metrics "
                        + "have one of that name, or must not",
                "metrics.tag-by = [id]|flotilla.conf: 2: [flotilla.metrics.tag-by]: label [id] cannot be a tag: metrics have "
                        + "one of that name, or must not",
                "metrics.tag-by = [a-b, a_b]|flotilla.conf: 2: [flotilla.metrics.tag-by]: label [a_b] is there twice: both are "
                        + "the tag [a_b]",
                "metrics.max-series = 0|flotilla.conf: 2: [flotilla.metrics.max-series] = [0]: expected a whole number from 1 "
                        + "to 100000",
                "incidents.kept = 0|flotilla.conf: 2: [flotilla.incidents.kept] = [0]: expected a whole number from 1 to "
                        + "1000000",
                "log.format = xml|flotilla.conf: 2: [flotilla.log.format] = [xml]: expected one of [text, json]",
            })
    void refusesWhatCannotBe(String text, String problem) {
        assertThat(Conf.problems(text)).containsExactly(problem);
    }
}
