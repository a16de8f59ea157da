package io.flotilla.transport;

import com.fasterxml.jackson.core.JsonPointer;
import io.flotilla.sink.PatternSearch;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.Heartbeat;
import io.flotilla.spec.HeartbeatText;
import io.flotilla.spec.Heartbeats;
import io.flotilla.spec.JsonScalar;
import io.flotilla.spec.MessagePattern;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The heartbeats that a template makes on one link. A message costs nothing unless something is looked for in it: an acknowledgement
 * while one is awaited, the interval until the peer has named it, the value of {@code {last:…}} where the template has one. Confined to
 * the link's event loop.
 */
final class TemplateBeats implements Heartbeats.OfLink {

    /** Messages in which the interval is looked for: it stands in the first ones or nowhere. */
    static final int GREETING = 64;

    private final ConnectionId id;
    private final Heartbeat.Template template;
    private final PatternSearch search = new PatternSearch();

    private long counter;
    private String last = "null";
    private @Nullable MessagePattern awaited;
    private @Nullable Duration named;
    private int heard;

    TemplateBeats(ConnectionId id, Heartbeat.Template template) {
        this.id = id;
        this.template = template;
    }

    @Override
    public void next(Heartbeats.Voice voice) {
        counter++;
        awaited = template.acknowledgement().map(this::ofThisOne).orElse(null);
        voice.text(template.message().filled(counter, System.currentTimeMillis(), last));
    }

    /** The pattern with the number of this heartbeat in it. */
    private MessagePattern ofThisOne(MessagePattern pattern) {
        String number = Long.toString(counter);
        if (pattern instanceof MessagePattern.TextContains contains) {
            return contains.part().contains(HeartbeatText.COUNTER)
                    ? new MessagePattern.TextContains(contains.part().replace(HeartbeatText.COUNTER, number))
                    : pattern;
        }
        if (pattern instanceof MessagePattern.Json json
                && json.values().values().stream().anyMatch(value -> value.contains(HeartbeatText.COUNTER))) {
            return new MessagePattern.Json(json.values().entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, entry -> entry.getValue().replace(HeartbeatText.COUNTER, number))));
        }
        return pattern;
    }

    @Override
    public boolean hears(boolean isText, byte[] payload) {
        if (isText) {
            lookForInterval(payload);
            template.message().last().flatMap(where -> at(payload, where)).ifPresent(value -> last = value.spelled());
        }
        return acknowledges(isText, payload);
    }

    private boolean acknowledges(boolean isText, byte[] payload) {
        MessagePattern pattern = awaited;
        if (pattern == null
                || !search.meets(pattern, isText ? PatternSearch.examined(payload) : null, "message of " + id)) {
            return false;
        }
        awaited = null;
        return true;
    }

    private void lookForInterval(byte[] payload) {
        if (named == null && heard < GREETING && template.named().isPresent()) {
            heard++;
            Heartbeat.Named where = template.named().get();
            at(payload, where.pointer()).flatMap(JsonScalar::number).ifPresent(number -> named = within(where, number));
        }
    }

    /** What the peer names is bounded: nobody may have us flood it, or never beat again. */
    private static Duration within(Heartbeat.Named where, BigDecimal number) {
        BigDecimal millis = number.multiply(BigDecimal.valueOf(where.unit().toMillis()));
        if (millis.compareTo(BigDecimal.valueOf(where.least().toMillis())) < 0) {
            return where.least();
        }
        return millis.compareTo(BigDecimal.valueOf(where.most().toMillis())) > 0
                ? where.most()
                : Duration.ofMillis(millis.longValue());
    }

    private static Optional<JsonScalar> at(byte[] payload, JsonPointer where) {
        return JsonScalar.at(payload, Math.min(payload.length, PatternSearch.EXAMINED), where);
    }

    @Override
    public Duration every(Duration configured) {
        return named == null ? configured : named;
    }
}
