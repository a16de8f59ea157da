package io.flotilla.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.spec.ConnectionId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class JsonLinesTest {

    private final LoggerContext context = new LoggerContext();

    @Test
    void writesALineWithTheIdAsAField() throws IOException {
        LoggingEvent event = event(Level.INFO, "{} \"READY\"\nnow", null, "quotes");
        event.addKeyValuePair(new KeyValuePair("id", ConnectionId.of("quotes")));
        event.addKeyValuePair(new KeyValuePair("generation", 7L));

        String line = new String(new JsonLines().encode(event), StandardCharsets.UTF_8);
        assertThat(line).endsWith("}\n");
        assertThat(line.strip()).doesNotContain("\n");
        JsonNode read = new ObjectMapper().readTree(line);
        assertThat(read.get("@timestamp").asText()).isEqualTo("2026-01-01T00:00:00.040Z");
        assertThat(read.get("log.level").asText()).isEqualTo("INFO");
        assertThat(read.get("log.logger").asText()).isEqualTo("io.flotilla.events");
        assertThat(read.get("message").asText()).isEqualTo("quotes \"READY\"\nnow");
        assertThat(read.get("id").asText()).isEqualTo("quotes");
        assertThat(read.get("generation").isNumber()).isTrue();
        assertThat(read.get("generation").asLong()).isEqualTo(7);
        assertThat(read.has("error.type")).isFalse();
    }

    @Test
    void writesWhatWasThrownIntoTheSameLine() throws IOException {
        LoggingEvent event = event(Level.WARN, "user code failed", new IllegalStateException("a bug"));

        String line = new String(new JsonLines().encode(event), StandardCharsets.UTF_8);
        assertThat(line.strip()).doesNotContain("\n");
        JsonNode read = new ObjectMapper().readTree(line);
        assertThat(read.get("error.type").asText()).isEqualTo("java.lang.IllegalStateException");
        assertThat(read.get("error.message").asText()).isEqualTo("a bug");
        assertThat(read.get("error.stack_trace").asText()).contains("JsonLinesTest");
    }

    private LoggingEvent event(Level level, String message, @Nullable Throwable thrown, Object... arguments) {
        LoggingEvent event =
                new LoggingEvent("", context.getLogger("io.flotilla.events"), level, message, thrown, arguments);
        event.setInstant(Instant.parse("2026-01-01T00:00:00.040Z"));
        return event;
    }
}
