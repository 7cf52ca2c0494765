"""How does an assistant speak with an archive?

MCP, by the official library, over two transports: standard input and output (`searcher mcp`),
and streamable HTTP at `/mcp` of `searcher serve`, stateless.  The library speaks the protocol;
what there is to call is `tools.py`, what is said before is `briefing.py`.

An error that Searcher foresees is told the assistant, in the words that the API has for it; of
any other it learns that there was one, and the log has the rest.  No message names a path.

The library is imported when a server is made: it takes half a second.
"""

from __future__ import annotations

import contextlib
import gc
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec

from searcher import __version__
from searcher.archive import Archive
from searcher.errors import ArticleNotFoundError, SearcherError
from searcher.importing import InstalledOnly
from searcher.serving import assistant_answers as answers
from searcher.serving import assistant_shapes as shapes
from searcher.serving.admission import Admission
from searcher.serving.answering import encode
from searcher.serving.assistant_text import Addresses, Resources, WebPages
from searcher.serving.briefing import INSTRUCTIONS, PROMPTS, QUERY_LANGUAGE
from searcher.serving.links import Links
from searcher.serving.misfits import misfit
from searcher.serving.problems import GoneError, problem_of
from searcher.serving.settings import LOOPBACK, Settings
from searcher.serving.tools import BY_NAME, TOOLS, Tool
from searcher.typography import without_hidden

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server
    from starlette.routing import BaseRoute

    from searcher.serving.service import Service

__all__ = ["AssistantMissingError", "make_server", "routes", "running", "serve_stdio"]

_LOG = logging.getLogger("searcher.serving.assistant")
_ARTICLE = "searcher://article/"
_COVERAGE = "searcher://coverage"
_LANGUAGE = "searcher://query-language"
_LONGEST_ERROR = 1_000

Runner = Callable[[Callable[[float], Any], Any], Awaitable[Any]]
"""Runs a function of the seconds that it may take in a thread, for a request, and gives what it
gives."""


class AssistantMissingError(SearcherError):
    """The library that speaks MCP is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "the library that speaks with assistants is not installed; "
            "run: pip install 'searcher[mcp]'"
        )


def check_installed() -> None:
    """See to it that the library is there.

    Raises:
        AssistantMissingError: it is not.
    """
    with InstalledOnly():
        if find_spec("mcp") is None:
            raise AssistantMissingError


# ------------------------------------------------------------ what is answered


class Assistant:
    """Answers calls, by name and arguments, with JSON.

    Arguments:
        run: runs what answers in a thread.
        deadline_s: seconds that a call may take.
    """

    def __init__(self, archive: Archive, run: Runner, deadline_s: float) -> None:
        self._archive = archive
        self._run = run
        self._deadline_s = deadline_s

    async def call(
        self, tool: Tool, given: Any, addresses: Addresses, request: Any = None
    ) -> shapes.Answer:
        """The answer of `tool`.

        Arguments:
            request: the one that the call came with, over HTTP.

        Raises:
            CallError: it cannot be given; its text is for the assistant.
        """
        try:
            msgspec.json.encode(given)
            arguments = msgspec.convert(given or {}, tool.arguments, strict=False)
        except msgspec.ValidationError:
            _, reason = misfit(given or {}, tool.arguments, strict=False)
            raise CallError(f"an argument is not valid: {reason}") from None
        except UnicodeEncodeError:  # half of a character, which no text holds
            raise CallError("an argument is not valid: it is no text") from None

        def use(left_s: float) -> shapes.Answer:
            question = answers.Question.within(self._archive, addresses, left_s, self._deadline_s)
            return tool.use(question, arguments)

        try:
            answer: shapes.Answer = await self._run(use, request)
        except Exception as error:
            raise CallError(self._said(tool.name, error)) from error
        return answer

    def _said(self, what: str, error: Exception) -> str:
        """What an assistant is told of an error."""
        if isinstance(error, ArticleNotFoundError):  # its own text lists ids, which others made
            if error.is_ambiguous:
                return "several articles have ids that begin so; give the whole id"
            return "no article has this id; take one from an answer"
        if isinstance(error, GoneError):  # nobody reads it, and it is no fault
            return "the client has gone away"
        problem = problem_of(error).problem
        if problem.name in ("fault", "index"):
            _LOG.error("%s: %s", what, error, exc_info=error if problem.name == "fault" else None)
        parts = [problem.title, problem.detail]
        if problem.position is not None:
            parts.append(f"at characters {problem.position} to {problem.end}")
        if problem.expected:
            parts.append(f"expected {problem.expected}")
        parts.append(problem.suggestion or "")
        return without_hidden("; ".join(filter(None, parts)))[0][:_LONGEST_ERROR]


class CallError(Exception):
    """A call that cannot be answered; its text is for the assistant."""


# ------------------------------------------------------------ the protocol


def make_server(assistant: Assistant, addresses: Callable[[Any], Addresses]) -> Server[Any]:
    """The server of `assistant`.

    Arguments:
        addresses: given the request that a message came with, where its citations lead.

    Raises:
        AssistantMissingError: the library is not installed.
    """
    check_installed()
    with InstalledOnly():
        import mcp_types as types
        from mcp.server.lowlevel import Server
        from mcp.shared.exceptions import MCPError

    annotations = types.ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    tools = [
        types.Tool(
            name=tool.name,
            title=tool.title,
            description=tool.description,
            input_schema=tool.input_schema,
            output_schema=tool.output_schema,
            annotations=annotations,
        )
        for tool in TOOLS
    ]
    prompts = [
        types.Prompt(
            name=prompt.name,
            title=prompt.title,
            description=prompt.description,
            arguments=[
                types.PromptArgument(
                    name=prompt.argument.name,
                    description=prompt.argument.description,
                    required=True,
                )
            ],
        )
        for prompt in PROMPTS
    ]

    async def list_tools(context: Any, params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=tools)

    async def call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = BY_NAME.get(params.name)
        try:
            if tool is None:
                raise CallError(f"there is no such tool; there are {', '.join(BY_NAME)}")
            request = context.request
            answer = await assistant.call(tool, params.arguments, addresses(request), request)
        except CallError as error:
            text = types.TextContent(type="text", text=str(error))
            return types.CallToolResult(content=[text], is_error=True)
        said = encode(answer).decode("utf-8")
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=said)],
            structured_content=json.loads(said),
        )

    async def list_resources(context: Any, params: Any) -> types.ListResourcesResult:
        return types.ListResourcesResult(
            resources=[
                types.Resource(
                    uri=_COVERAGE,
                    name="coverage",
                    title="What the archive has",
                    description="How many articles there are, of which time and which sources.",
                    mime_type="application/json",
                ),
                types.Resource(
                    uri=_LANGUAGE,
                    name="query-language",
                    title="The query language",
                    description="What a query can say, on one page.",
                    mime_type="text/markdown",
                ),
            ]
        )

    async def list_templates(context: Any, params: Any) -> types.ListResourceTemplatesResult:
        return types.ListResourceTemplatesResult(
            resource_templates=[
                types.ResourceTemplate(
                    uri_template=_ARTICLE + "{id}",
                    name="article",
                    title="An article",
                    description="An article by its id, in numbered paragraphs with offsets.",
                    mime_type="application/json",
                )
            ]
        )

    async def read_resource(
        context: Any, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        uri = str(params.uri)
        where = addresses(context.request)
        try:
            if uri == _LANGUAGE:
                text, kind = QUERY_LANGUAGE, "text/markdown"
            elif uri == _COVERAGE:
                answer = await assistant.call(BY_NAME["coverage"], {}, where, context.request)
                text, kind = encode(answer).decode("utf-8"), "application/json"
            elif uri.startswith(_ARTICLE):
                asked = {"id": unquote(uri.removeprefix(_ARTICLE)), "max_chars": 50_000}
                answer = await assistant.call(BY_NAME["get_article"], asked, where, context.request)
                text, kind = encode(answer).decode("utf-8"), "application/json"
            else:
                raise CallError("there is no such resource")
        except CallError as error:
            raise MCPError(types.INVALID_PARAMS, str(error)) from None
        contents = types.TextResourceContents(uri=uri, mime_type=kind, text=text)
        return types.ReadResourceResult(contents=[contents])

    async def list_prompts(context: Any, params: Any) -> types.ListPromptsResult:
        return types.ListPromptsResult(prompts=prompts)

    async def get_prompt(
        context: Any, params: types.GetPromptRequestParams
    ) -> types.GetPromptResult:
        prompt = next((one for one in PROMPTS if one.name == params.name), None)
        if prompt is None:
            raise MCPError(types.INVALID_PARAMS, "there is no such prompt")
        value = (params.arguments or {}).get(prompt.argument.name)
        if not value or not value.strip():
            message = f"the argument {prompt.argument.name} is missing"
            raise MCPError(types.INVALID_PARAMS, message)
        value = value.encode("utf-8", "replace").decode("utf-8")  # half a character is none
        text = types.TextContent(type="text", text=prompt.filled(value))
        return types.GetPromptResult(
            description=prompt.description,
            messages=[types.PromptMessage(role="user", content=text)],
        )

    return Server(
        "searcher",
        version=__version__,
        title="Searcher",
        description="A news archive: search, read, count, check quotations.",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
        on_list_prompts=list_prompts,
        on_get_prompt=get_prompt,
    )


# ------------------------------------------------------------ standard input and output


def serve_stdio(archive: Archive, *, deadline_s: float = 20.0) -> None:
    """Answer the assistant at the other end of standard input and output, until it goes.

    Arguments:
        deadline_s: seconds that a call may take.

    Raises:
        AssistantMissingError: the library is not installed.
    """
    check_installed()
    admission = Admission(threads=2, most_waiting=64, deadline_s=deadline_s)

    async def run(use: Callable[[float], Any], request: Any) -> Any:
        return await admission.run(use)

    gc.disable()  # modules make no garbage, and the library has many
    try:
        with InstalledOnly():
            import anyio
            from mcp.server.stdio import stdio_server

        server = make_server(Assistant(archive, run, deadline_s), lambda request: Resources())
    finally:
        gc.freeze()
        gc.enable()

    async def speak() -> None:
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    try:
        anyio.run(speak)
    finally:
        admission.close()


# ------------------------------------------------------------ HTTP


def routes(service: Service) -> list[BaseRoute]:
    """What `app.py` puts on the wire for assistants: `/mcp`.

    Raises:
        AssistantMissingError: the library is not installed.
    """
    check_installed()
    with InstalledOnly():
        from mcp.server.streamable_http_manager import (
            StreamableHTTPASGIApp,
            StreamableHTTPSessionManager,
        )
        from mcp.server.transport_security import TransportSecuritySettings
        from starlette.routing import Route

    settings = service.settings

    async def run(use: Callable[[float], Any], request: Any) -> Any:
        return await service.run(use, request)

    assistant = Assistant(service.archive, run, settings.deadline_s)
    server = make_server(assistant, lambda request: WebPages(_links_for(service, request)))
    hosts = _hosts(settings)
    manager = StreamableHTTPSessionManager(
        server,
        stateless=True,
        # The guard has looked at both already; whoever mounts this alone has them too.
        security_settings=TransportSecuritySettings(
            allowed_hosts=hosts,
            allowed_origins=[f"{kind}://{host}" for kind in ("http", "https") for host in hosts],
        ),
        max_request_body_size=1 << 20,
    )
    service.rooms["assistant"] = manager
    return [Route("/mcp", StreamableHTTPASGIApp(manager))]


@contextlib.asynccontextmanager
async def running(service: Service) -> AsyncIterator[None]:
    """What runs while `/mcp` is served."""
    async with service.rooms["assistant"].run():
        yield


def _hosts(settings: Settings) -> list[str]:
    names = [*LOOPBACK, *settings.allow_hosts]
    if settings.host not in ("0.0.0.0", "::"):
        names.append(settings.host)
    names = [f"[{name}]" if ":" in name else name for name in dict.fromkeys(names)]
    return [*names, *(f"{name}:*" for name in names)]


def _links_for(service: Service, request: Any) -> Links:
    """Links that lead from an assistant's answer to this server."""
    links = service.links
    if links.origin or request is None:
        return links
    return Links(links.root, f"{request.url.scheme}://{request.headers.get('host', '')}")
