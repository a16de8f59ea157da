package io.flotilla.spec;

import io.flotilla.failure.Ruling;
import java.util.List;
import java.util.Optional;

/**
 * What happens between the handshake and READY.
 *
 * @param onOpen messages sent after each handshake, before any other; may hold {@code {credential}}
 * @param readyWhen the message that makes the connection ready; empty: ready when open
 * @param failWhen messages that refuse it
 */
public record Opening(List<Secret> onOpen, Optional<MessagePattern> readyWhen, List<FailWhen> failWhen) {

    public static final Opening PLAIN = new Opening(List.of(), Optional.empty(), List.of());

    /** A message that means no; {@code ruling} is what it means, empty: as the row READY_REFUSED has it. */
    public record FailWhen(MessagePattern pattern, Optional<Ruling> ruling) {}

    public Opening {
        onOpen = List.copyOf(onOpen);
        failWhen = List.copyOf(failWhen);
    }

    /** Whether inbound messages decide anything. */
    public boolean watchesMessages() {
        return readyWhen.isPresent() || !failWhen.isEmpty();
    }
}
