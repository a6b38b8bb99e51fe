import { Construct } from 'constructs';
import type { Stage } from '../stage.ts';
import { stageTable, type TableIndex } from './table.ts';

export interface FanInProps {
  readonly tableName: string;
  /** By which the domain finds its jobs. @default none */
  readonly index?: TableIndex;
  readonly stage: Stage;
}

/** The table in which parts are counted: `pk` is the job, `sk` one of its shards, its whole, or what its domain adds. */
export class FanIn extends Construct {
  constructor(scope: Construct, id: string, props: FanInProps) {
    super(scope, id);
    stageTable(this, 'Table', {
      name: props.tableName,
      partitionKey: 'pk',
      sortKey: 'sk',
      index: props.index,
      stage: props.stage,
    });
  }
}
