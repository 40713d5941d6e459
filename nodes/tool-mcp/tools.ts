/** The list in the dialog of which tools are offered: what the server has now, beside what was ticked. In the browser only. */
import type { ChosenTool } from '../../adapters/tools/mcp.ts';
import type { Definition } from '../../adapters/tools/mcp-definition.ts';
import type { McpAnswer } from '../../node-red/server/mcp.ts';
import { type Dialog, type Problem, problemWords, tickBox } from '../editor.ts';
import { STORED } from '../plugin-fields.ts';
import type { ToolMcpConfig } from './tool-mcp.ts';

const FLAGS = ['sideEffect', 'confirm', 'idempotent'] as const;

/** @returns what is ticked now */
export function editTools({ node, input, values, text }: Dialog<ToolMcpConfig>): () => ChosenTool[] {
  const chosen = new Map(values.tools.map((tool) => [tool.name, { ...tool }]));
  const list = $('#dragoman-mcp-tools');
  const told = $('#dragoman-mcp-told');
  /** Of the server; undefined before it was asked. */
  let known: Definition[] | undefined;

  function draw(): void {
    const lost = [...chosen.keys()].filter((name) => !known?.some((tool) => tool.name === name));
    list.empty().append(
      (known ?? []).map((tool) => rowOf(tool)),
      // One that the server lost stays in sight until it is taken out.
      lost.map((name) => rowOf({ name, description: known ? text('label.lost') : '' })),
    );
  }

  function rowOf(tool: Pick<Definition, 'name' | 'description'> & Partial<Definition>): JQuery {
    const { name, description, schema, pin, readOnly = false } = tool;
    const choice = chosen.get(name);
    const changed = choice !== undefined && pin !== undefined && choice.pin !== pin;
    const tick = tickBox(choice !== undefined && !changed, (ticked) => {
      const said = choice ?? { sideEffect: !readOnly, confirm: false, idempotent: false };
      if (ticked) chosen.set(name, { ...said, name, pin: pin ?? choice?.pin ?? '' });
      else chosen.delete(name);
      draw();
    });
    // Without the server nothing can be ticked: what is approved is what it says.
    if (pin === undefined && !choice) tick.prop('disabled', true);
    const row = $('<div>').append(
      $('<label>')
        .css({ display: 'block', width: 'auto' })
        .attr('title', schema ? `${description}\n${JSON.stringify(schema, null, 1)}` : '')
        .append(tick, $('<span>').text(name), $('<small dir="auto">').css('margin', '0 8px').text(description)),
    );
    if (changed) row.append($('<div class="form-tips">').text(text('label.changed')));
    else if (choice) row.append(flagsOf(choice));
    return row;
  }

  function flagsOf(choice: ChosenTool): JQuery {
    const words = {
      sideEffect: text('label.sideEffect'),
      confirm: text('label.confirm'),
      idempotent: text('label.idempotent'),
    };
    return $('<div>')
      .css('margin-inline-start', '24px')
      .append(
        FLAGS.map((flag) =>
          $('<label>')
            .css({ display: 'inline-block', width: 'auto', marginInlineEnd: '12px' })
            .append(
              tickBox(choice[flag], (ticked) => {
                choice[flag] = ticked;
              }).attr('data-flag', flag),
              $('<small>').text(words[flag]),
            ),
        ),
      );
  }

  function ask(): void {
    const secret = String(input('secret').val() ?? '');
    told.text(text('label.asking'));
    $.ajax({
      url: 'dragoman/mcp/tools',
      method: 'POST',
      contentType: 'application/json',
      data: JSON.stringify({
        id: node.id,
        ...Object.fromEntries(['way', 'url', 'program', 'secretHeader'].map((name) => [name, input(name).val()])),
        secret: secret === STORED ? '' : secret,
      }),
    })
      .done((answer: McpAnswer) => {
        if ('error' in answer) return void told.text(problemWords(answer.error));
        known = answer.tools;
        told.text(known.length === 0 ? text('label.none') : '');
        draw();
      })
      .fail(({ responseJSON }: { responseJSON?: { error?: Problem } }) =>
        told.text(responseJSON?.error ? problemWords(responseJSON.error) : text('label.unread')),
      );
  }

  $('#dragoman-mcp-read').on('click', (event) => {
    event.preventDefault();
    ask();
  });
  draw();
  return () => [...chosen.values()];
}
