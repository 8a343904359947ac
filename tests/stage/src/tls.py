# An end of TLS on loopback: what comes in there goes on in the clear, to
# another port, and back.
import asyncio
import ssl
import sys

port, certificate, key, behind = sys.argv[1:]


async def pass_on(reader, writer):
    while data := await reader.read(1 << 16):
        writer.write(data)
        await writer.drain()


async def connection(reader, writer):
    onward = None
    try:
        from_there, onward = await asyncio.open_connection("127.0.0.1", int(behind))
        there = asyncio.create_task(pass_on(reader, onward))
        back = asyncio.create_task(pass_on(from_there, writer))
        # Whoever has no more to say ends it for both.
        await asyncio.wait([there, back], return_when=asyncio.FIRST_COMPLETED)
        for task in (there, back):
            task.cancel()
        await asyncio.gather(there, back, return_exceptions=True)
    except OSError:
        # Nobody listens there.
        pass
    finally:
        for end in filter(None, (writer, onward)):
            end.close()


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = await asyncio.start_server(connection, "127.0.0.1", int(port), ssl=context)
    print("ready", flush=True)
    await server.serve_forever()


asyncio.run(main())
