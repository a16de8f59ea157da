package io.flotilla.app;

import io.flotilla.spec.ConnectionId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Ids of connections as an argument. */
final class Ids implements ITypeConverter<ConnectionId> {

    @Override
    public ConnectionId convert(String text) {
        try {
            return ConnectionId.of(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(Printable.line(String.valueOf(e.getMessage())));
        }
    }
}
