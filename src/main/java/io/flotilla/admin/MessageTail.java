package io.flotilla.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.sink.Inbound;
import io.flotilla.sink.Shelf;
import io.flotilla.spec.ConnectionId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** What one reader of a connection's messages gets, as server-sent events: those that it is fast enough for. */
final class MessageTail implements Shelf<ByteString> {

    private final Shelf<Inbound> messages;
    private final int excerpt;
    private final Function<ConnectionId, UnaryOperator<String>> masks;
    private UnaryOperator<String> mask = UnaryOperator.identity();
    private long masked = -1;
    private @Nullable ByteString held;
    private long said;

    /**
     * A reader.
     *
     * @param excerpt bytes of a message that are shown
     * @param masks what masks the secrets of a connection; asked once for each of its links
     */
    MessageTail(Shelf<Inbound> messages, int excerpt, Function<ConnectionId, UnaryOperator<String>> masks) {
        this.messages = messages;
        this.excerpt = excerpt;
        this.masks = masks;
    }

    @Override
    public @Nullable ByteString take() {
        if (held != null) {
            ByteString next = held;
            held = null;
            return next;
        }
        Inbound message = messages.take();
        if (message == null) {
            return null;
        }
        ByteString next = Sse.event("message", json -> write(json, message));
        long leftOut = messages.lost() - said;
        if (leftOut == 0) {
            return next;
        }
        said += leftOut;
        held = next;
        return Sse.event("left-out", json -> json.writeNumberField("count", leftOut));
    }

    private void write(JsonGenerator json, Inbound message) throws IOException {
        json.writeStringField("id", message.id().value());
        json.writeNumberField("generation", message.generation());
        json.writeStringField("at", Json.time(message.receivedAt()));
        json.writeNumberField("size", message.size());
        boolean cut = message.size() > excerpt;
        byte[] shown = cut ? Arrays.copyOf(message.bytes(), excerpt) : message.bytes();
        if (message.isText()) {
            String text = new String(shown, 0, whole(shown, cut), StandardCharsets.UTF_8);
            json.writeStringField("text", maskOf(message).apply(text));
        } else {
            json.writeStringField("base64", Base64.getEncoder().encodeToString(shown));
        }
        json.writeBooleanField("cut", cut);
    }

    private UnaryOperator<String> maskOf(Inbound message) {
        if (message.generation() != masked) {
            masked = message.generation();
            mask = masks.apply(message.id());
        }
        return mask;
    }

    /** The bytes of whole characters. */
    private static int whole(byte[] text, boolean cut) {
        int end = text.length;
        if (cut) {
            int start = end - 1;
            while (start > 0 && (text[start] & 0xC0) == 0x80) {
                start--;
            }
            end = start;
        }
        return end;
    }

    @Override
    public boolean isOver() {
        return held == null && messages.isOver();
    }

    @Override
    public long lost() {
        return messages.lost();
    }

    @Override
    public void close() {
        messages.close();
    }
}
