package io.flotilla.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateTest {

    @RegisterExtension
    final Screen screen = new Screen();

    @TempDir
    Path folder;

    @Test
    void playsTheReadersOwnConfiguration() throws Exception {
        assertThat(simulate("--outage", "host=a.test,for=1m")).isZero();

        assertThat(screen.said())
                .contains(
                        "120 connections to 2 hosts",
                        "-- 00:02:00 a.test dies and refuses",
                        "-- 00:03:00 over: a.test dies and refuses",
                        "at most 20; the limit is 20",
                        "a.test dies and refuses: 120 were ready before, 40 at the lowest",
                        "ready at the end 120");
    }

    @Test
    void saysTheSameForTheSameSeed() throws Exception {
        assertThat(simulate("--json", "--kill", "host=*.test", "--seed", "3")).isZero();
        String first = screen.said();
        assertThat(simulate("--json", "--kill", "host=*.test", "--seed", "3")).isZero();

        assertThat(screen.said()).isEqualTo(first);
        JsonNode tree = new ObjectMapper().readTree(first);
        assertThat(tree.at("/connections").asInt()).isEqualTo(120);
        assertThat(tree.at("/worstSecond/dials").asInt()).isEqualTo(20);
        assertThat(tree.at("/episodes/0/fewestReady").asInt()).isZero();
        assertThat(tree.at("/episodes/0/allBackAfter").asText()).startsWith("PT");
        assertThat(tree.at("/mostAtOnce/limit").asInt()).isGreaterThan(100);
        assertThat(tree.at("/steps/0/doing/ready").asInt()).isEqualTo(120);
    }

    @Test
    void knowsEveryThingThatMayHappen() throws Exception {
        assertThat(simulate(
                        "--outage",
                        "host=a.test:443,for=30s,at=2m,how=hang",
                        "--outage",
                        "host=a.test,for=30s,at=4m,how=black-hole",
                        "--outage",
                        "host=a.test,for=30s,at=6m,how=drop",
                        "--outage",
                        "host=a.test,for=30s,at=8m,how=throttle,rate=5,retry-after=2s",
                        "--outage",
                        "host=a.test,for=30s,at=10m,how=status,status=502",
                        "--kill",
                        "host=b.test,at=12m",
                        "--restart",
                        "host=b.test,at=13m,nodes=2,every=30s",
                        "--network-down",
                        "for=1m,at=15m",
                        "--network-down",
                        "for=1m,at=30m,how=black-hole",
                        "--outage",
                        "host=a.test,for=30s,at=35m,how=unreachable",
                        "--no-descriptors",
                        "for=10s,at=18m",
                        "--expire",
                        "credential=vendor,at=20m",
                        "--expire",
                        "credential=vendor,at=22m,for=1m",
                        "--wear",
                        "30m",
                        "--for",
                        "1h"))
                .isZero();

        assertThat(screen.said())
                .contains(
                        "hangs",
                        "is a black hole",
                        "drops everybody",
                        "lets 5 in a second",
                        "says HTTP 502",
                        "b.test resets every link",
                        "restarts node 2 of 2",
                        "the network is away",
                        "the network swallows everything",
                        "a.test cannot be reached",
                        "no descriptor is left",
                        "the credential vendor expires",
                        "links live for 30 min",
                        "simulated 60 min");
    }

    @Test
    void drawsAPictureThatIsWellFormed() throws Exception {
        Path picture = folder.resolve("plot.svg");

        assertThat(simulate("--outage", "host=a.test,for=1m", "--svg", picture.toString()))
                .isZero();

        byte[] drawn = Files.readAllBytes(picture);
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new ByteArrayInputStream(drawn))
                        .getDocumentElement()
                        .getTagName())
                .isEqualTo("svg");
        assertThat(new String(drawn, StandardCharsets.UTF_8)).contains("a.test dies and refuses", "class=\"ready\"");
    }

    @Test
    void aPictureThatCannotBeWrittenIsAFailure() throws Exception {
        assertThat(simulate("--svg", folder.resolve("nowhere/plot.svg").toString()))
                .isEqualTo(1);

        assertThat(screen.said()).contains("The picture cannot be written to");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', textBlock = """
            --outage         | host=a.test                      | for=… is missing
            --outage         | for=10m                          | host=… is missing
            --outage         | host=c.test,for=10m              | no connection leads to [c.test]; there are a.test:443, b.test:443
            --outage         | host=a.test,for=10m,how=explode  | how = [explode]; expected refuse, unreachable, hang
            --outage         | host=a.test,for=10               | no unit
            --outage         | host=a.test,for=0s               | for must be longer than 0
            --outage         | host=a.test,for=1m,for=2m        | for stands there twice
            --outage         | host=a.test,for=1m,when=2m       | [when=2m] is not one of host=…
            --outage         | host=a.test,for=1m,rate=5        | rate belongs to how=throttle
            --outage         | host=a.test,for=1m,status=503    | status belongs to how=status
            --outage         | host=a.test,for=1m,how=status,status=200 | status = 200; expected 400 to 599
            --kill           | a.test                           | [a.test] is not one of host=…
            --restart        | host=a.test,nodes=many           | nodes = [many]; expected a number from 1 to 1000
            --network-down   | at=5m                            | for=… is missing
            --network-down   | for=5m,how=slowly                | how = [slowly]; expected unreachable or black-hole
            --no-descriptors | for=soon                         | [soon] is no duration
            --expire         | credential=other                 | no connection names the credential [other]; there are [vendor]
            --wear           | 0s                               | --wear = 0
            --for            | 90d                              | expected 1 s to 30 days
            --for            | 0s                               | expected 1 s to 30 days
            """)
    void badArgumentsAreSaidAndNothingIsPlayed(String option, String value, String complaint) throws Exception {
        assertThat(simulate(option, value)).isEqualTo(2);

        assertThat(screen.said()).contains(complaint).doesNotContain("ready at the end");
    }

    @Test
    void aConfigurationWithNobodyInItIsRefused() throws Exception {
        Path conf = Files.writeString(folder.resolve("empty.conf"), "flotilla {}");

        assertThat(screen.execute("simulate", conf.toString())).isEqualTo(2);

        assertThat(screen.said()).contains("expected 1 to 200000");
    }

    @Test
    void aConfigurationWithProblemsIsRefused() throws Exception {
        Path conf = Files.writeString(
                folder.resolve("wrong.conf"), "flotilla.connections { a { uri = \"http://a.test/\" } }");

        assertThat(screen.execute("simulate", conf.toString())).isEqualTo(2);

        assertThat(screen.said()).contains("1 problem");
    }

    @Test
    void doesNotPrintASecret() throws Exception {
        assertThat(simulate("--json")).isZero();

        assertThat(screen.said()).doesNotContain("abracadabra");
    }

    private int simulate(String... options) throws Exception {
        StringBuilder conf = new StringBuilder("""
                flotilla {
                  limits { dials-per-second = 20, per-host.dials-per-second = 10 }
                  credentials { vendor { from = env, name = PATH } }
                  templates {
                    a { uri = "wss://user:abracadabra@a.test/?token=abracadabra", credential = vendor, ready-when { text-contains = hello } }
                    b { uri = "wss://b.test/" }
                  }
                  connections {
                """);
        for (int i = 0; i < 120; i++) {
            conf.append(String.format(Locale.ROOT, "c%d { template = %s }%n", i, i < 80 ? "a" : "b"));
        }
        Path file = Files.writeString(folder.resolve("flotilla.conf"), conf + "} }");
        return screen.execute(Stream.concat(Stream.of("simulate", file.toString()), Arrays.stream(options))
                .toArray(String[]::new));
    }
}
