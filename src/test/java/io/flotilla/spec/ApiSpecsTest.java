package io.flotilla.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What comes over the API, read by the readers of the configuration. */
class ApiSpecsTest {

    private static final ConnectionId ID = ConnectionId.of("a");

    private static ApiSpecs specs(String configuration) {
        return Conf.read(configuration).check().apiSpecs();
    }

    @Test
    void readsAConnectionOverItsTemplateAndTheDefaults() {
        ConnectionSpec spec = specs("""
                        defaults { retry.cap = 7m }
                        templates { quotes { uri = "wss://quotes/", labels { desk = spot } } }
                        """)
                .read(ID, "{\"template\":\"quotes\",\"labels\":{\"tier\":\"1\"},\"timeouts\":{\"dial\":\"3s\"}}");

        assertThat(spec.uri().text()).isEqualTo("wss://quotes/");
        assertThat(spec.labels().pairs()).isEqualTo(Map.of("desk", "spot", "tier", "1"));
        assertThat(spec.retry().cap()).isEqualTo(Duration.ofMinutes(7));
        assertThat(spec.timeouts().dial()).isEqualTo(Duration.ofSeconds(3));
        assertThat(spec.id()).isEqualTo(ID);
    }

    @Test
    void namesWhatFilesDefine() {
        ConnectionSpec spec = specs("""
                        credentials { vendor { from = env, name = X } }
                        tls-keys { ours { pkcs12 = x.p12 } }
                        """)
                .read(
                        ID,
                        "{\"uri\":\"wss://h/?t={credential}\",\"credential\":\"vendor\",\"tls\":{\"key\":\"ours\"},"
                                + "\"sink\":\"log\",\"headers\":{\"Authorization\":\"Bearer {credential}\"}}");

        assertThat(spec.credential()).contains("vendor");
        assertThat(spec.tls().key()).isPresent();
        assertThat(spec.sink()).isEqualTo("log");
    }

    @Test
    void leadsNoFurtherThanFilesDo() {
        ApiSpecs specs = specs("security.allow-destinations = [\"*.example.com\"]");
        assertThat(specs.read(ID, "{\"uri\":\"ws://a.example.com/\"}").id()).isEqualTo(ID);
        assertThatThrownBy(() -> specs.read(ID, "{\"uri\":\"ws://elsewhere.org/\"}"))
                .isInstanceOf(InvalidConfig.class)
                .hasMessageContaining("security.allow-destinations");
    }

    @Test
    void aTemplateMayHaveWhatTheApiMayNotBring() {
        ApiSpecs specs = specs("templates { t { uri = \"ws://me:pass@h/\", tls.trust = \"/x.pem\" } }");
        ConnectionSpec spec = specs.read(ID, "{\"template\":\"t\"}");
        assertThat(spec.tls().trust()).isPresent();
        assertThat(specs.read(ID, "{\"template\":\"t\",\"tls\":{\"trust\":\"system\"}}")
                        .tls()
                        .trust())
                .isEmpty();
    }

    @Test
    void oneReadingLeavesNothingBehindForTheNext() {
        ApiSpecs specs = specs("");
        assertThatThrownBy(() -> specs.read(ID, "{\"urii\":1}")).isInstanceOf(InvalidConfig.class);
        assertThat(specs.read(ID, "{\"uri\":\"ws://h/\"}").uri().text()).isEqualTo("ws://h/");
    }
}
