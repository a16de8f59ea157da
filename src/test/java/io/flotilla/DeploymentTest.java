package io.flotilla;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.typesafe.config.ConfigFactory;
import io.flotilla.spec.Configuration;
import io.flotilla.spec.FleetSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** What {@code conf} has for machines that run Flotilla says what is true of it. */
class DeploymentTest {

    /** What a drain may take beyond its own deadline: sinks flush. */
    private static final Duration SINKS = Duration.ofSeconds(15);

    private static final Path CONF = Path.of("conf");

    @Test
    void kubernetesProbesWhatIsServedAndLeavesTimeForADrain() throws IOException {
        List<JsonNode> parts = new ArrayList<>();
        new Yaml()
                .loadAll(Files.readString(CONF.resolve("kubernetes/flotilla.yaml")))
                .forEach(part -> parts.add(new ObjectMapper().valueToTree(part)));
        Configuration configuration =
                configuration(part(parts, "ConfigMap").at("/data/flotilla.conf").asText());
        JsonNode pod = part(parts, "Deployment").at("/spec/template/spec");
        JsonNode container = pod.at("/containers/0");

        assertThat(Duration.ofSeconds(pod.at("/terminationGracePeriodSeconds").asLong()))
                .isGreaterThan(configuration.settings().drainDeadline().plus(SINKS));
        String served = Files.readString(Path.of("src/main/resources/io/flotilla/admin/openapi.yaml"));
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            assertThat(served)
                    .contains(
                            "\n  " + container.at("/" + probe + "/httpGet/path").asText() + ":");
        }
        assertThat(container.at("/ports/0/containerPort").asInt())
                .isEqualTo(configuration.admin().port());
        assertThat(container.at("/env/0/name").asText()).isEqualTo("FLOTILLA_TOKEN");
    }

    @Test
    void systemdLeavesTimeForADrain() throws IOException {
        String unit = Files.readString(CONF.resolve("systemd/flotilla.service"));

        Matcher stop = Pattern.compile("(?m)^TimeoutStopSec=(\\d+)s$").matcher(unit);
        assertThat(stop.find()).isTrue();
        assertThat(Duration.ofSeconds(Long.parseLong(stop.group(1))))
                .isGreaterThan(FleetSettings.DEFAULT.drainDeadline().plus(SINKS));
    }

    private static JsonNode part(List<JsonNode> parts, String kind) {
        return parts.stream()
                .filter(part -> part.path("kind").asText().equals(kind))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    /** As {@code run} reads it, with a token. */
    private static Configuration configuration(String text) {
        return new Configuration()
                .read(ConfigFactory.parseString(text + "\nflotilla.admin.token = demo-token")
                        .withFallback(ConfigFactory.defaultReferenceUnresolved())
                        .resolve())
                .check();
    }
}
