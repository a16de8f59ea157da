package io.flotilla.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BrokenConfigurationTest {

    @Test
    void saysEverythingThatIsWrongInTheOrderOfTheLines() throws IOException {
        assertThat(String.join("\n", broken())).isEqualTo(resource("broken.txt").strip());
    }

    @Test
    void showsNoSecretHoweverWrongItIs() throws IOException {
        assertThat(resource("broken.conf")).contains("hush");
        assertThat(String.join("\n", broken())).doesNotContain("hush");
    }

    @Test
    void showsFiftyProblemsAndCountsTheOthers() {
        String keys =
                IntStream.rangeClosed(1, 60).mapToObj(i -> "wrong" + i + " = 1").collect(Collectors.joining("\n"));
        assertThatThrownBy(() -> Conf.read(keys).check())
                .isInstanceOf(InvalidConfig.class)
                .hasMessageContaining("flotilla.conf: 51: [flotilla.wrong50] is not a key")
                .hasMessageNotContaining("wrong51")
                .hasMessageEndingWith("\n… and 10 more");
    }

    private static List<String> broken() throws IOException {
        Configuration read = new Configuration()
                .read(Conf.parse("broken.conf", resource("broken.conf"))
                        .withFallback(Conf.reference())
                        .resolve());
        return Conf.problems(read);
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = BrokenConfigurationTest.class.getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
