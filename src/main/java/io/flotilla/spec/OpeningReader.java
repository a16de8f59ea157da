package io.flotilla.spec;

import io.flotilla.failure.Ruling;
import java.util.List;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;

/** Reads what happens between the handshake and READY. */
final class OpeningReader {

    private static final List<String> PATTERNS = List.of("text-contains", "text-matches", "json");
    static final String ONE_PATTERN = "{ text-contains = … }, { text-matches = … } or { json { \"/type\" = … } }";

    private OpeningReader() {}

    static Opening read(Block block, Opening under) {
        boolean onOpen = block.has("on-open");
        boolean readyWhen = block.has("ready-when");
        boolean failWhen = block.has("fail-when");
        if (!onOpen && !readyWhen && !failWhen) {
            return under;
        }
        return new Opening(
                onOpen ? block.secrets("on-open").orElse(under.onOpen()) : under.onOpen(),
                readyWhen ? readyWhen(block) : under.readyWhen(),
                failWhen ? failWhen(block) : under.failWhen());
    }

    private static Optional<MessagePattern> readyWhen(Block block) {
        if (block.is("ready-when", "open")) {
            return Optional.empty();
        }
        if (block.is("ready-when", "first-message")) {
            return Optional.of(MessagePattern.Any.INSTANCE);
        }
        if (!block.isBlock("ready-when")) {
            block.problem("ready-when", "open, first-message, " + ONE_PATTERN, true);
            return Optional.empty();
        }
        try (Block when = block.block("ready-when")) {
            return pattern(when);
        }
    }

    private static List<Opening.FailWhen> failWhen(Block block) {
        return block.blocks("fail-when").orElse(List.of()).stream()
                .flatMap(item -> failWhenItem(item).stream())
                .toList();
    }

    private static Optional<Opening.FailWhen> failWhenItem(Block item) {
        try (item) {
            Optional<Ruling> ruling =
                    item.has("verdict") ? Ruling.ofWord(item.word("verdict", "", Ruling.words())) : Optional.empty();
            return pattern(item).map(pattern -> new Opening.FailWhen(pattern, ruling));
        }
    }

    static Optional<MessagePattern> pattern(Block when) {
        List<String> set = PATTERNS.stream().filter(when::has).toList();
        if (set.size() != 1) {
            when.complain("expected one of " + ONE_PATTERN);
            return Optional.empty();
        }
        return switch (set.get(0)) {
            case "text-contains" -> when.parsed("text-contains", OpeningReader::part);
            case "text-matches" -> when.parsed("text-matches", OpeningReader::regex);
            default -> json(when);
        };
    }

    private static Optional<MessagePattern> json(Block when) {
        try (Block json = when.block("json")) {
            return Optional.of(MessagePattern.Json.of(json.entries()));
        } catch (IllegalArgumentException e) {
            when.complain(
                    "json", "expected JSON pointers (RFC 6901) such as \"/type\", each with the text it leads to");
            return Optional.empty();
        }
    }

    private static MessagePattern part(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("is in every message; expected a text that is not empty");
        }
        return new MessagePattern.TextContains(text);
    }

    private static MessagePattern regex(String regex) {
        try {
            return new MessagePattern.TextMatches(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("expected a regular expression: " + e.getDescription(), e);
        }
    }
}
